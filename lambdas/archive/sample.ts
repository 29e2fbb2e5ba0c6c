/** Which records are kept as a sample of what is normal, beside what was found in others. */
import { createHash } from 'node:crypto';
import type { FirehoseTransformationEvent, FirehoseTransformationEventRecord } from 'aws-lambda';
import type { SourceConfig } from '../../contracts/source-config.ts';
import { resultIdAt, type Sample } from '../results/document.ts';
import { archive, UNREAD } from './archive.ts';
import { objectIn } from './fields.ts';
import { sequenceNumberOf } from './sequence-number.ts';

/** A table's item ends at 400 KB; a sample of normal records needs no giants. */
const LONGEST_BYTES = 50_000;

/**
 * One record in `every`, by its sequence number: the same ones however often Firehose asks. None that no source reads.
 * @param every 0: none
 */
export function samplesOf(
  { records }: FirehoseTransformationEvent,
  stream: string,
  sources: readonly SourceConfig[],
  every: number,
): Sample[] {
  return records.flatMap((record) => sampleOf(record, stream, sources, every) ?? []);
}

function sampleOf(
  { data, approximateArrivalTimestamp, kinesisRecordMetadata: from }: FirehoseTransformationEventRecord,
  stream: string,
  sources: readonly SourceConfig[],
  every: number,
): Sample | undefined {
  if (from === undefined) return undefined;
  const { shardId } = from;
  const sequenceNumber = sequenceNumberOf(from);
  if (!isChosen(sequenceNumber, every)) return undefined;
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > LONGEST_BYTES) return undefined;
  const arrivalMs = from.approximateArrivalTimestamp ?? approximateArrivalTimestamp;
  const { row } = archive({ bytes, arrivalMs, shardId, sequenceNumber }, stream, sources);
  const raw_data = row.source === UNREAD || row.raw === null ? undefined : objectIn(row.raw);
  if (raw_data === undefined) return undefined;
  return {
    id: resultIdAt(stream, shardId, sequenceNumber),
    timestamp: `${(row.event_time ?? row.arrival_time).replace(' ', 'T')}Z`,
    source: row.source,
    entity: row.entity,
    raw_data,
  };
}

function isChosen(sequenceNumber: string, every: number): boolean {
  if (every === 0) return false;
  return createHash('sha256').update(sequenceNumber).digest().readUInt32BE() % every === 0;
}
