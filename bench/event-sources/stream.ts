/**
 * What Lambda's event source of a stream promises and the emulator's does not: a failed record comes again with all
 * after it, a batch that goes on failing is halved until the bad record stands alone and is buried.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type _Record,
  type ChildShard,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import type { KinesisStreamRecord } from 'aws-lambda';
import type { LocalClients } from '../../local/clients.ts';
import type { Source } from './invoking.ts';

/** As the product's event sources have it. */
export const BATCH = 100;
const RETRIES = 10;
/** Pause before a batch comes again; it doubles. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Between two looks at a shard that had nothing. */
const IDLE_MS = 100;

export interface StreamSource<R> extends Source<R> {
  /** Notes a record that failed to the end. Absent: a failed batch is dropped (a guard taken away). */
  readonly bury?: (record: R) => Promise<void>;
  /** Divides the pauses before a batch comes again. @default 1 */
  readonly scale?: number;
}

/** Work of one batch, to the end. */
export async function workOff<R>(
  records: readonly R[],
  idOf: (record: R) => string,
  { invoke, signal, bury, scale = 1 }: StreamSource<R>,
): Promise<void> {
  let [left, size, failures, retries] = [[...records], records.length, 0, 0];
  while (left.length > 0 && !signal.aborted) {
    const batch = left.slice(0, size);
    const failed = await invoke(batch).catch(() => new Set(batch.map(idOf)));
    const first = batch.findIndex((record) => failed.has(idOf(record)));
    left = left.slice(first < 0 ? batch.length : first);
    if (first !== 0) [failures, retries] = [0, 0];
    if (first < 0) {
      size = left.length;
      continue;
    }
    if (bury === undefined) return;
    const isAlone = size === 1;
    size = Math.max(1, Math.floor(size / 2));
    failures += 1;
    // Halving a batch is no retry.
    if (isAlone) retries += 1;
    const [bad] = left;
    if (bad !== undefined && retries > RETRIES) {
      await bury(bad);
      left = left.slice(1);
      [failures, retries] = [0, 0];
      continue;
    }
    await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) / scale);
  }
}

/** All shards of a stream from its beginning, side by side; children after their parents. */
export async function readKinesis(
  { kinesis }: Pick<LocalClients, 'kinesis'>,
  stream: string,
  source: StreamSource<KinesisStreamRecord>,
): Promise<void> {
  const ended = new Set<string>();
  const begun = new Set<string>();
  const readShard = async (ShardId: string): Promise<void> => {
    begun.add(ShardId);
    const begin = { StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
    let { ShardIterator: iterator } = await kinesis.send(new GetShardIteratorCommand(begin));
    let children: ChildShard[] = [];
    while (iterator !== undefined && !source.signal.aborted) {
      const page = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: BATCH }));
      iterator = page.NextShardIterator;
      children = page.ChildShards ?? [];
      const records = (page.Records ?? []).map((record) => kinesisEvent(record, stream, ShardId));
      if (records.length > 0) await workOff(records, sequenceNumberOf, source);
      else await sleep(IDLE_MS);
    }
    ended.add(ShardId);
    const ready = children.filter(
      (child) =>
        !begun.has(child.ShardId ?? '') && (child.ParentShards ?? []).every((each) => ended.has(each)),
    );
    await Promise.all(ready.map((child) => readShard(child.ShardId ?? '')));
  };
  const { Shards: shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: stream }));
  const firstOnes = shards.filter(({ ParentShardId }) => ParentShardId === undefined);
  await Promise.all(firstOnes.map(({ ShardId = '' }) => readShard(ShardId)));
}

const sequenceNumberOf = ({ kinesis }: KinesisStreamRecord): string => kinesis.sequenceNumber;

/** A record as the function gets it. */
export function kinesisEvent(
  { Data, PartitionKey = '', SequenceNumber = '' }: Pick<_Record, 'Data' | 'PartitionKey' | 'SequenceNumber'>,
  stream = 'bench',
  shardId = 'shardId-000000000000',
): KinesisStreamRecord {
  return {
    awsRegion: 'us-east-1',
    eventID: `${shardId}:${SequenceNumber}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`,
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/bench',
    kinesis: {
      approximateArrivalTimestamp: Date.now() / 1_000,
      data: Buffer.from(Data ?? []).toString('base64'),
      kinesisSchemaVersion: '1.0',
      partitionKey: PartitionKey,
      sequenceNumber: SequenceNumber,
    },
  };
}

/** What Lambda writes to the place for failures: where the record lies, not what it says. */
export function noteOf({
  eventID,
  eventSourceARN,
  kinesis: { sequenceNumber },
}: KinesisStreamRecord): string {
  return JSON.stringify({
    KinesisBatchInfo: {
      shardId: eventID.split(':')[0],
      startSequenceNumber: sequenceNumber,
      endSequenceNumber: sequenceNumber,
      batchSize: 1,
      streamArn: eventSourceARN,
    },
  });
}
