/** Of two anomalies of one fingerprint: which came first, which is worse. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Severity } from '../../contracts/shared.ts';

const SEVERITY = { warning: 1, critical: 2 } as const;
/** How far out a state is: beyond the first limit, beyond the second. */
const LEVEL = {
  OK: 0,
  High: 1,
  Low: 1,
  Missing: 1,
  Silent: 1,
  Flat: 1,
  'High-High': 2,
  'Low-Low': 2,
} as const;

type Rank = Pick<Anomaly, 'severity' | 'alarm_type'>;

/** Severity decides, then the alarm type; two of the same rank are not worse than each other. */
export function isWorse(one: Rank, other: Rank): boolean {
  return compareRank(one, other) > 0;
}

export function isGraverSeverity(one: Severity, other: Severity): boolean {
  return SEVERITY[one] > SEVERITY[other];
}

/** The worse one; of the same rank, the one farther from what was expected. */
export function worstOf(known: Anomaly, anomaly: Anomaly): Anomaly {
  const rank = compareRank(anomaly, known);
  if (rank !== 0) return rank > 0 ? anomaly : known;
  return distance(anomaly) > distance(known) ? anomaly : known;
}

function compareRank(one: Rank, other: Rank): number {
  const bySeverity = SEVERITY[one.severity] - SEVERITY[other.severity];
  return bySeverity !== 0 ? bySeverity : LEVEL[one.alarm_type] - LEVEL[other.alarm_type];
}

function distance({ value, expected_low, expected_high }: Anomaly): number {
  if (expected_high !== null && value > expected_high) return value - expected_high;
  if (expected_low !== null && value < expected_low) return expected_low - value;
  return 0;
}

/** How far out, so that two metrics compare: in widths of what was expected, or in parts of its only bound. */
export function excessOf(anomaly: Anomaly): number {
  const { expected_low: low, expected_high: high } = anomaly;
  const scale = low !== null && high !== null ? high - low : Math.abs(high ?? low ?? 0);
  // An expectation of exactly one value, or of 0, has no scale of its own.
  return distance(anomaly) / (scale > 0 ? scale : 1);
}

/** By the best order there is: of the shard, of the windows, else of arrival, which two shards may disagree on. */
export function isBefore(one: Anomaly, other: Anomaly): boolean {
  return (sureOrder(one, other) ?? Date.parse(one.arrival_time) - Date.parse(other.arrival_time)) < 0;
}

/** Only where one shard, or the windows themselves, give the order. */
export function isSurelyBefore(one: Anomaly, other: Anomaly): boolean {
  return (sureOrder(one, other) ?? 0) < 0;
}

function sureOrder(one: Anomaly, other: Anomaly): number | undefined {
  if (one.window_end !== null && other.window_end !== null) {
    return Date.parse(one.window_end) - Date.parse(other.window_end);
  }
  const [a, b] = [placeOf(one), placeOf(other)];
  if (a === undefined || b === undefined || one.stream !== other.stream) return undefined;
  if (one.shard_id !== other.shard_id) return undefined;
  if (a.record !== b.record) return a.record < b.record ? -1 : 1;
  return a.part === b.part ? undefined : a.part - b.part;
}

/** Place in the shard, and for a record out of a KPL aggregate (`<number>.<index>`) in that aggregate. */
interface Place {
  /** Has more digits than a double. */
  readonly record: bigint;
  readonly part: number;
}

function placeOf({ sequence_number }: Anomaly): Place | undefined {
  const [, record, part = '0'] = /^(\d+)(?:\.(\d+))?$/.exec(sequence_number ?? '') ?? [];
  return record === undefined ? undefined : { record: BigInt(record), part: Number(part) };
}
