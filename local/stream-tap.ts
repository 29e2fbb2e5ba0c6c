/** Reads a whole stream from its oldest record on, beside its real consumers, to count and to time what passes. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';

export interface TappedRecord {
  readonly text: string;
  readonly sequenceNumber: string;
  /** When this tap saw it, epoch ms. */
  readonly seenAt: number;
}

export interface TapOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  readonly signal: AbortSignal;
  readonly onRecord: (record: TappedRecord) => void;
  /** Called once when the tap can read no longer. */
  readonly onFault: (fault: unknown) => void;
  /** Pause between two reads of a shard, in ms. */
  readonly pauseMs: number;
}

/** Starts one reading loop a shard; they end with the signal. */
export async function tapStream(options: TapOptions): Promise<void> {
  const { kinesis, streamName, signal } = options;
  const { Shards: shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: streamName }));
  for (const { ShardId: shardId = '' } of shards) {
    readShard(shardId, options).catch((fault) => {
      if (!signal.aborted) options.onFault(fault);
    });
  }
}

async function readShard(shardId: string, options: TapOptions): Promise<void> {
  const { signal, onRecord, pauseMs } = options;
  let last: string | undefined;
  let iterator = await iteratorAfter(last, shardId, options);
  while (!signal.aborted && iterator !== undefined) {
    const answer = await readOnce(iterator, options);
    for (const { Data: data, SequenceNumber: sequenceNumber = '' } of answer?.Records ?? []) {
      last = sequenceNumber;
      onRecord({ text: Buffer.from(data ?? []).toString('utf8'), sequenceNumber, seenAt: Date.now() });
    }
    iterator = answer === undefined ? await iteratorAfter(last, shardId, options) : answer.NextShardIterator;
    await sleep(pauseMs, undefined, { signal });
  }
}

/** One read; undefined when the iterator has expired. */
async function readOnce(
  iterator: string,
  { kinesis, signal }: TapOptions,
): Promise<GetRecordsCommandOutput | undefined> {
  try {
    return await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator }), { abortSignal: signal });
  } catch (error) {
    if (error instanceof ExpiredIteratorException) return undefined;
    throw error;
  }
}

async function iteratorAfter(
  last: string | undefined,
  shardId: string,
  { kinesis, streamName }: TapOptions,
): Promise<string | undefined> {
  const { ShardIterator: iterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: streamName,
      ShardId: shardId,
      ...(last === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last }),
    }),
  );
  return iterator;
}
