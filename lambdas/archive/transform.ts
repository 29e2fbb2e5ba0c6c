/** Firehose's event into its answer. */
import type {
  FirehoseTransformationEvent,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda';
import type { SourceConfig } from '../../contracts/source-config.ts';
import { archive } from './archive.ts';

/** An answer ends at 6 MB; what does not fit goes, as it came, to the error prefix. Rows are base64 in it. */
const LONGEST_ANSWER = 5_800_000;

export function transform(
  event: FirehoseTransformationEvent,
  stream: string,
  sources: readonly SourceConfig[],
): FirehoseTransformationResult {
  let length = 0;
  const records = event.records.map((record): FirehoseTransformationResultRecord => {
    const { recordId, data, approximateArrivalTimestamp, kinesisRecordMetadata } = record;
    const { row, partition } = archive(
      {
        bytes: Buffer.from(data, 'base64'),
        arrivalMs: kinesisRecordMetadata?.approximateArrivalTimestamp ?? approximateArrivalTimestamp,
        shardId: kinesisRecordMetadata?.shardId ?? '',
        sequenceNumber: kinesisRecordMetadata?.sequenceNumber ?? '',
      },
      stream,
      sources,
    );
    const line = Buffer.from(`${JSON.stringify(row)}\n`).toString('base64');
    length += line.length;
    if (length > LONGEST_ANSWER) return { recordId, result: 'ProcessingFailed', data };
    return { recordId, result: 'Ok', data: line, metadata: { partitionKeys: { ...partition } } };
  });
  return { records };
}
