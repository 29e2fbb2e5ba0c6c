import { Duration, Size } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as glue from 'aws-cdk-lib/aws-glue';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ArchiveEnv } from '../../lambdas/archive/env.ts';
import { ArchiveTable } from '../constructs/archive-table.ts';
import { Delivery } from '../constructs/delivery.ts';
import { envFor } from '../constructs/env-for.ts';
import { NodeLambda, type StageProps } from '../constructs/node-lambda.ts';
import { grantTable } from '../constructs/table-grants.ts';
import type { InputStream } from '../stacks/data-stack.ts';
import type { PublishConfig } from './publish-config.ts';

export interface ArchiveProps extends StageProps {
  readonly from: readonly InputStream[];
  readonly rejects: kinesis.IStream;
  readonly to: s3.Bucket;
  readonly catalog: glue.CfnDatabase;
  readonly rules: PublishConfig;
  /** Where a sample of normal records is kept. */
  readonly results: dynamodb.Table;
}

/** Folders of the archive bucket. */
export const ARCHIVE_PREFIX = 'archive/';
export const REJECTS_PREFIX = 'rejects/';
export const ERRORS_PREFIX = 'errors/';

/** Every record to S3, verbatim beside its columns, by source and date; every reject beside them. */
export class Archive extends Construct {
  readonly functions: readonly NodeLambda[];

  constructor(scope: Construct, id: string, props: ArchiveProps) {
    super(scope, id);
    const table = new ArchiveTable(this, 'Table', {
      database: props.catalog,
      bucket: props.to,
      prefix: ARCHIVE_PREFIX,
      format: props.config.archive.format,
    });
    this.functions = props.from.map((input) => this.addInput(input, table, props));
    this.addRejects(props);
  }

  private addInput(input: InputStream, table: ArchiveTable, props: ArchiveProps): NodeLambda {
    const transform = new NodeLambda(this, `${input.name}-Transform`, {
      ...props,
      step: 'archive',
      name: `archive-${input.name}`,
      description: `Puts records of ${input.name} into the archive's columns`,
      failureMeaning: `Records of ${input.name} reach the archive late or under ${ERRORS_PREFIX}.`,
      environment: envFor(ArchiveEnv, {
        SOURCES_URI: props.rules.sourcesUri,
        STREAM: input.name,
        TABLE_NAME: props.results.tableName,
        SAMPLE_EVERY: String(props.config.incidents.sampleNormalEvery),
        KEEP_DAYS: String(props.config.incidents.keepDays),
      }),
      timeout: Duration.minutes(2),
      memorySize: 1_024,
    });
    props.rules.grantRead(transform);
    grantTable(props.results, transform, { actions: ['PutItem'] });

    const { format, bufferSeconds, bufferMiB } = props.config.archive;
    new Delivery(this, `${input.name}-Delivery`, {
      ...props,
      from: input.stream,
      name: `the archive of ${input.name}`,
      bufferingInterval: Duration.seconds(bufferSeconds),
      bufferingSize: Size.mebibytes(bufferMiB),
      processors: [
        new firehose.LambdaFunctionProcessor(transform, {
          // Below the 6 MB that an invocation takes, its answer with columns beside the raw record included.
          bufferSize: Size.mebibytes(1),
          bufferInterval: Duration.seconds(60),
          retries: 3,
        }),
      ],
      dynamicPartitioning: { enabled: true, retryDuration: Duration.minutes(5) },
      dataOutputPrefix: `${ARCHIVE_PREFIX}source=!{partitionKeyFromLambda:source}/date=!{partitionKeyFromLambda:date}/`,
      errorOutputPrefix: `${ERRORS_PREFIX}${input.name}/!{firehose:error-output-type}/`,
      ...(format === 'parquet' && {
        dataFormatConversion: {
          inputFormat: firehose.InputFormat.OPENX_JSON,
          outputFormat: firehose.OutputFormat.PARQUET,
          schemaConfiguration: firehose.SchemaConfiguration.fromCfnTable(table.resource),
        },
      }),
    });
    return transform;
  }

  private addRejects(props: ArchiveProps): void {
    new Delivery(this, 'Rejects-Delivery', {
      ...props,
      from: props.rejects,
      name: 'the archive of rejects',
      bufferingInterval: Duration.seconds(60),
      bufferingSize: Size.mebibytes(5),
      processors: [new firehose.AppendDelimiterToRecordProcessor()],
      dataOutputPrefix: `${REJECTS_PREFIX}date=!{timestamp:yyyy-MM-dd}/`,
      errorOutputPrefix: `${ERRORS_PREFIX}rejects/!{firehose:error-output-type}/`,
    });
  }
}
