/** Made-up records with an answer key, and how a backtest reads them. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Gathered } from '../../cli/backtest/replay.ts';

/** One record of a generator. */
export interface GeneratedRecord {
  /** The time in it, epoch ms. */
  readonly time: number;
  readonly partitionKey: string;
  readonly data: string;
}

/** An alarm that the example rules must raise; there must be no other. */
export interface ExpectedAlarm {
  readonly rule_id: string;
  readonly entity: string;
  readonly metric: string;
}

/** What a generator makes. */
export interface GeneratedInput {
  /** In the order of their times. */
  readonly records: readonly GeneratedRecord[];
  /** The answer key: each at least once, in any order. */
  readonly alarms: readonly ExpectedAlarm[];
}

/** The records by their times; those of one time stay as they stand. */
export function inOrderOfTime(records: readonly GeneratedRecord[]): readonly GeneratedRecord[] {
  return records.toSorted((a, b) => a.time - b.time);
}

/** Between a record's own time and its arrival. */
const ON_THE_WAY_MS = 500;

/** Writes the file that the job replays, as if all had come on one shard, each half a second after its own time. */
export async function writeReplay(file: string, records: readonly GeneratedRecord[]): Promise<Gathered> {
  await pipeline(Readable.from(linesOf(records)), createWriteStream(file));
  return {
    file,
    records: records.length,
    duplicates: 0,
    fromMs: (records[0]?.time ?? 0) + ON_THE_WAY_MS,
    untilMs: (records.at(-1)?.time ?? 0) + ON_THE_WAY_MS,
  };
}

function* linesOf(records: readonly GeneratedRecord[]): Generator<string> {
  for (const [index, { time, data }] of records.entries()) {
    yield `${JSON.stringify({
      stream: 'readings',
      arrival_ms: time + ON_THE_WAY_MS,
      shard_id: 'shardId-000000000000',
      sequence_number: String(index + 1),
      raw: data,
    })}\n`;
  }
}
