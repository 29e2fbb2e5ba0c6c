/** A row of the archive as the backtest needs it: what the job judges, and what says when it came. */
import * as z from 'zod/mini';
import { CliError } from '../errors.ts';

/** The columns of lambdas/archive/archive.ts that a replay needs. */
const Row = z.object({
  arrival_time: z.string(),
  stream: z.string(),
  shard_id: z.string(),
  sequence_number: z.string(),
  raw: z.optional(z.nullable(z.string())),
  raw_base64: z.optional(z.nullable(z.string())),
});

/** One archived record, ready to be put in order. */
export interface ReplayRecord {
  readonly arrivalMs: number;
  /** Stream and shard: within it the sequence number is the order. */
  readonly shard: string;
  /** Kinesis' own, or `<number>.<index>` of a record out of an aggregate. */
  readonly sequenceNumber: string;
  /** The line that the job reads. */
  readonly line: string;
}

/**
 * @param where file and line, for the message
 * @throws CliError when the line is no row of the archive
 */
export function replayRecord(line: string, where: string): ReplayRecord {
  const row = z.safeParse(Row, jsonOrUndefined(line));
  if (!row.success) {
    const [issue] = row.error.issues;
    throw new CliError(
      `${where} is no row of the archive (${issue?.path.join('.') || 'the line'}: ${issue?.message}). ` +
        'Each line must be a JSON object with arrival_time, stream, shard_id, sequence_number, and raw or raw_base64.',
    );
  }
  const { arrival_time, stream, shard_id, sequence_number, raw, raw_base64 } = row.data;
  const arrivalMs = utcMs(arrival_time);
  if (Number.isNaN(arrivalMs)) {
    throw new CliError(`${where}: arrival_time "${arrival_time}" is no time such as 2026-01-31 04:05:06.789`);
  }
  const bytes = raw_base64 == null ? { raw: raw ?? '' } : { raw_base64 };
  return {
    arrivalMs,
    shard: `${stream}/${shard_id}`,
    sequenceNumber: sequence_number,
    line: JSON.stringify({ stream, arrival_ms: arrivalMs, shard_id, sequence_number, ...bytes }),
  };
}

/**
 * By number, however many digits, then by the place in an aggregate (`<number>.<index>`); below zero when the first one
 * comes first.
 */
export function compareSequence(one: string, other: string): number {
  if (one === other) return 0;
  const [record, otherRecord] = [kinesisNumber(one), kinesisNumber(other)];
  return (
    compareDecimal(record, otherRecord) ||
    compareDecimal(one.slice(record.length + 1), other.slice(otherRecord.length + 1))
  );
}

/** Kinesis' own number of a record: that of its aggregate, if it came in one. */
export function kinesisNumber(sequenceNumber: string): string {
  const dot = sequenceNumber.indexOf('.');
  return dot < 0 ? sequenceNumber : sequenceNumber.slice(0, dot);
}

function compareDecimal(one: string, other: string): number {
  if (one === other) return 0;
  // Without leading zeros the longer one is the greater one. Nothing comes before every number.
  return one.length - other.length || (one < other ? -1 : 1);
}

function utcMs(text: string): number {
  const iso = text.trim().replace(' ', 'T');
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`);
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
