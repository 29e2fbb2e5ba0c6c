/**
 * The Numenta Anomaly Benchmark's standard score, and event metrics, of series with scores. Our own implementation;
 * test/bench holds it against an independent one.
 */
import type { Window } from './series.ts';

/** Rows of a series that stay silent after an alarm. */
export const SILENT_ROWS = 24;

const FALSE_ALARM_WEIGHT = 0.11;
const GRID_POINTS = 400;
/** Rows at the start of a series that are not scored: this share, and no more than so many. */
const PROBATION_SHARE = 0.15;
const MOST_PROBATION = 750;

/** A series ready to be scored. */
export interface Scored {
  readonly name: string;
  readonly scores: Float64Array;
  readonly windows: readonly Window[];
  /** First row that counts. */
  readonly from: number;
  /** The window that each row lies in, -1 outside. */
  readonly windowOf: Int32Array;
  /** What an alarm at a row earns: within a window more the earlier, outside a loss. */
  readonly worth: Float64Array;
}

/** What a detector reaches at one threshold. */
export interface Events {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly hits: number;
  readonly false_alarms: number;
  readonly missed: number;
}

/** Adds the geometry of its windows to a series' scores. */
export function scored(name: string, scores: Float64Array, windows: readonly Window[]): Scored {
  const rows = scores.length;
  const windowOf = new Int32Array(rows).fill(-1);
  const worth = new Float64Array(rows).fill(-1);
  const best = squash(-1);
  for (const [index, { first, last }] of windows.entries()) {
    const width = last - first + 1;
    for (let row = first; row <= last; row++) {
      windowOf[row] = index;
      worth[row] = squash(-(last - row + 1) / width) / best;
    }
    const end = windows[index + 1]?.first ?? rows;
    for (let row = last + 1; row < end; row++) worth[row] = squash((row - last) / Math.max(width - 1, 1));
  }
  const from = Math.min(Math.floor(PROBATION_SHARE * rows), MOST_PROBATION);
  return { name, scores, windows, from, windowOf, worth };
}

const squash = (place: number): number => (place > 3 ? -1 : 2 / (1 + Math.exp(5 * place)) - 1);

/** Rows at which an alarm is raised. */
export function alarms({ scores, from }: Scored, threshold: number, silent = SILENT_ROWS): readonly number[] {
  const raised: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let row = from; row < scores.length; row++)
    if ((scores[row] ?? 0) >= threshold && row - last > silent) {
      raised.push(row);
      last = row;
    }
  return raised;
}

/** What the alarms of one series at one threshold add to the sums. */
interface Sums {
  readonly hits: number;
  readonly false_alarms: number;
  readonly windows: number;
  /** NAB's sum before it is set between doing nothing and perfection. */
  readonly raw: number;
  /** The same sum of a detector that never says anything. */
  readonly silence: number;
}

/** Hits, false alarms and NAB's raw sum of one series. */
export function sums(series: Scored, threshold: number): Sums {
  const best = new Array<number>(series.windows.length).fill(-1);
  const hit = new Set<number>();
  let outside = 0;
  let falseAlarms = 0;
  for (const row of alarms(series, threshold)) {
    const window = series.windowOf[row] ?? -1;
    const worth = series.worth[row] ?? 0;
    if (window < 0) {
      falseAlarms++;
      outside += FALSE_ALARM_WEIGHT * worth;
      continue;
    }
    hit.add(window);
    best[window] = Math.max(best[window] ?? -1, worth);
  }
  // A window that lies wholly in the rows that do not count cannot be hit, and is not missed.
  const live = (index: number): boolean => (series.windows[index]?.last ?? -1) >= series.from;
  const inside = best.filter((_, index) => live(index)).reduce((sum, worth) => sum + worth, 0);
  return {
    hits: hit.size,
    false_alarms: falseAlarms,
    windows: series.windows.length,
    raw: inside + outside,
    silence: -best.filter((_, index) => live(index)).length,
  };
}

/** Sums of several series. */
export function total(all: readonly Sums[]): Sums {
  const add = (of: (sums: Sums) => number): number => all.reduce((sum, each) => sum + of(each), 0);
  return {
    hits: add((each) => each.hits),
    false_alarms: add((each) => each.false_alarms),
    windows: add((each) => each.windows),
    raw: add((each) => each.raw),
    silence: add((each) => each.silence),
  };
}

/** NAB's standard score: 0 for a detector that says nothing, 100 for a perfect one. */
export const nabOf = ({ raw, silence, windows }: Sums): number =>
  (100 * (raw - silence)) / (windows - silence);

/** Precision, recall and F1 over windows: one alarm in a window hits it, each alarm outside is false. */
export function eventsOf({ hits, false_alarms, windows }: Sums): Events {
  const precision = hits + false_alarms > 0 ? hits / (hits + false_alarms) : 1;
  const recall = windows > 0 ? hits / windows : 0;
  const f1 = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return { precision, recall, f1, hits, false_alarms, missed: windows - hits };
}

/** Thresholds that let from one row to every row through, falling, evenly spaced by order of magnitude. */
export function thresholdGrid(series: readonly Scored[], points = GRID_POINTS): readonly number[] {
  const rows = series.reduce((sum, each) => sum + each.scores.length - each.from, 0);
  const sorted = new Float64Array(rows);
  let place = 0;
  for (const each of series) {
    sorted.set(each.scores.subarray(each.from), place);
    place += each.scores.length - each.from;
  }
  sorted.sort();
  const chosen = new Set<number>();
  for (let point = 0; point < points; point++) {
    const rank = Math.round(rows ** (point / (points - 1)));
    chosen.add(sorted[rows - rank] ?? 0);
  }
  return [...chosen].sort((a, b) => b - a);
}

/** Area under the precision-recall curve, in steps, up to the highest recall reached. */
export function prAuc(curve: readonly Events[]): number {
  const best = new Map<number, number>();
  for (const { recall, precision } of curve) best.set(recall, Math.max(precision, best.get(recall) ?? 0));
  let area = 0;
  let reached = 0;
  for (const [recall, precision] of [...best].sort(([a], [b]) => a - b)) {
    area += (recall - reached) * precision;
    reached = recall;
  }
  return area;
}
