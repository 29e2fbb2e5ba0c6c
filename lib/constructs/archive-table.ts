import { Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface ArchiveTableProps {
  readonly database: glue.CfnDatabase;
  readonly bucket: s3.Bucket;
  readonly prefix: string;
  readonly format: 'parquet' | 'json';
}

/** Columns of an archived record, as the archive function writes them; times are ISO 8601 in UTC. */
export const ARCHIVE_COLUMNS = [
  { name: 'entity', type: 'string', comment: 'What the record is about; null when no source reads it' },
  { name: 'event_time', type: 'timestamp', comment: 'Time in the record' },
  { name: 'arrival_time', type: 'timestamp', comment: 'When Kinesis took it' },
  { name: 'stream', type: 'string', comment: 'Short name of the input stream' },
  { name: 'shard_id', type: 'string', comment: 'Shard that it came through' },
  { name: 'sequence_number', type: 'string', comment: 'Its number there: the order of arrival' },
  { name: 'raw', type: 'string', comment: 'The record, byte for byte; null when it is not UTF-8' },
  { name: 'raw_base64', type: 'string', comment: 'The record in base64, when it is not UTF-8' },
];

const PARTITIONS = [
  { name: 'source', type: 'string' },
  { name: 'date', type: 'string' },
];

const formats = {
  parquet: {
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
  },
  json: {
    inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
  },
};

/** The archive as a table that Athena queries; it finds partitions by their names, so none need be added. */
export class ArchiveTable extends Construct {
  readonly resource: glue.CfnTable;

  constructor(scope: Construct, id: string, props: ArchiveTableProps) {
    super(scope, id);
    const location = `s3://${props.bucket.bucketName}/${props.prefix}`;
    this.resource = new glue.CfnTable(this, 'Resource', {
      catalogId: Stack.of(this).account,
      databaseName: props.database.ref,
      tableInput: {
        name: 'records',
        description: 'Every record that was put on an input stream',
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: PARTITIONS,
        storageDescriptor: { columns: ARCHIVE_COLUMNS, location, ...formats[props.format] },
        parameters: {
          EXTERNAL: 'TRUE',
          classification: props.format,
          'projection.enabled': 'true',
          // Sources come and go with the config, so queries name the one they want.
          'projection.source.type': 'injected',
          'projection.date.type': 'date',
          'projection.date.format': 'yyyy-MM-dd',
          'projection.date.range': '2020-01-01,NOW+1DAY',
          'storage.location.template': `${location}source=\${source}/date=\${date}/`,
        },
      },
    });
  }
}
