/** Figures of a set of waits. */
import { percentile } from '../local/summary.ts';

/** Median and 99th percentile in whole ms, and how many were measured. */
export function percentiles(waitsMs: readonly number[]) {
  return { p50: whole(percentile(waitsMs, 50)), p99: whole(percentile(waitsMs, 99)), n: waitsMs.length };
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
