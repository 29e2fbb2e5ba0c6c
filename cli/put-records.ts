/** Puts any number of records on a Kinesis stream, within the limits of PutRecords, until each one is taken. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CliError } from './errors.ts';

/** Limits of one PutRecords call. */
const MAX_RECORDS = 500;
const MAX_BYTES = 4_500_000;
/** Attempts for a record before giving up; pauses double from the first. */
const MAX_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 100;

export interface OutgoingRecord {
  /** Records of one key go to one shard, in order unless the shard refuses some for want of capacity. */
  readonly partitionKey: string;
  /** The bytes, usually JSON. */
  readonly data: string;
}

/** A record that Kinesis has taken. */
export interface PutReceipt {
  readonly record: OutgoingRecord;
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Before the call that took it, epoch ms. */
  readonly putAt: number;
}

export interface PutOptions {
  /** Called for each record that was taken. */
  readonly onPut?: (receipt: PutReceipt) => void;
  /** Pause between attempts; for tests. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Puts all records in order, batch by batch; what Kinesis refuses for want of capacity is put again.
 * @throws CliError when records are refused {@link MAX_ATTEMPTS} times.
 */
export async function putRecords(
  client: Pick<KinesisClient, 'send'>,
  streamName: string,
  records: readonly OutgoingRecord[],
  options: PutOptions = {},
): Promise<PutReceipt[]> {
  const receipts: PutReceipt[] = [];
  for (const batch of batchesOf(records)) {
    let open = batch;
    for (let attempt = 0; open.length > 0; attempt++) {
      if (attempt === MAX_ATTEMPTS) {
        throw new CliError(
          `Stream ${streamName} refused ${open.length} records ${MAX_ATTEMPTS} times (${receipts.length} of ${records.length} are on it). ` +
            'It has too little capacity: add shards, or send more slowly.',
        );
      }
      if (attempt > 0) await (options.pause ?? sleep)(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      open = await putBatch(client, streamName, open, (receipt) => {
        receipts.push(receipt);
        options.onPut?.(receipt);
      });
    }
  }
  return receipts;
}

/** One call; returns the records that were not taken. */
async function putBatch(
  client: Pick<KinesisClient, 'send'>,
  streamName: string,
  batch: readonly OutgoingRecord[],
  taken: (receipt: PutReceipt) => void,
): Promise<readonly OutgoingRecord[]> {
  const putAt = Date.now();
  const answer = await client.send(
    new PutRecordsCommand({
      StreamName: streamName,
      Records: batch.map(({ partitionKey, data }) => ({
        PartitionKey: partitionKey,
        Data: Buffer.from(data),
      })),
    }),
  );
  return batch.filter((record, index) => {
    const { SequenceNumber: sequenceNumber, ShardId: shardId } = answer.Records?.[index] ?? {};
    if (sequenceNumber === undefined || shardId === undefined) return true;
    taken({ record, shardId, sequenceNumber, putAt });
    return false;
  });
}

function* batchesOf(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let batch: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(record.data) + Buffer.byteLength(record.partitionKey);
    if (batch.length === MAX_RECORDS || (batch.length > 0 && bytes + size > MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
