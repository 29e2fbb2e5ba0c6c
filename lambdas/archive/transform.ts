/** Firehose's event into its answer. */
import type {
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda';
import type { SourceConfig } from '../../contracts/source-config.ts';
import { archive } from './archive.ts';
import { sequenceNumberOf } from './sequence-number.ts';

/** An invocation's answer ends at 6 MB; below it lies what the JSON around the records takes. */
const LONGEST_ANSWER = 5_900_000;

/**
 * Rows are longer than their records (escaped quotes, base64, columns). Those that do not fit any more are handed back
 * as they came, and Firehose puts them under the error prefix: nothing is lost, and the batch stands.
 */
export function transform(
  event: FirehoseTransformationEvent,
  stream: string,
  sources: readonly SourceConfig[],
): FirehoseTransformationResult {
  const failures = event.records.map(handedBack);
  let free = failures.reduce((left, failure) => left - lengthOf(failure), LONGEST_ANSWER);
  const records = event.records.map((record, index) => {
    const row = archived(record, stream, sources);
    const failure = failures[index] ?? handedBack(record);
    const longer = lengthOf(row) - lengthOf(failure);
    if (longer > free) return failure;
    free -= longer;
    return row;
  });
  return { records };
}

function handedBack({
  recordId,
  data,
}: FirehoseTransformationEventRecord): FirehoseTransformationResultRecord {
  return { recordId, result: 'ProcessingFailed', data };
}

function archived(
  record: FirehoseTransformationEventRecord,
  stream: string,
  sources: readonly SourceConfig[],
): FirehoseTransformationResultRecord {
  const { recordId, data, approximateArrivalTimestamp, kinesisRecordMetadata: from } = record;
  const arrived = {
    bytes: Buffer.from(data, 'base64'),
    arrivalMs: from?.approximateArrivalTimestamp ?? approximateArrivalTimestamp,
    shardId: from?.shardId ?? '',
    sequenceNumber: from === undefined ? '' : sequenceNumberOf(from),
  };
  const { row, partition } = archive(arrived, stream, sources);
  const line = Buffer.from(`${JSON.stringify(row)}\n`).toString('base64');
  return { recordId, result: 'Ok', data: line, metadata: { partitionKeys: { ...partition } } };
}

/** In the answer, with its comma. All of it is ASCII. */
function lengthOf(record: FirehoseTransformationResultRecord): number {
  return JSON.stringify(record).length + 1;
}
