/** What an anomaly says, in parts of sentences. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import { number, numberBeside, oneLine, span } from './words.ts';

const AGGREGATES = {
  count: 'number of readings',
  sum: 'sum',
  avg: 'average',
  min: 'lowest value',
  max: 'highest value',
  stddev: 'standard deviation',
} as const;

/** What was judged: `amount`, `average of amount over 1 min`. */
export function whatOf(anomaly: Anomaly): string {
  return `${metricOf(anomaly)}${windowSpan(anomaly)}`;
}

/** What was judged, and of whom: `amount of user001`, `average of amount of user001 over 1 min`. */
export function subjectOf(anomaly: Anomaly): string {
  return `${metricOf(anomaly)} of ${oneLine(anomaly.entity)}${windowSpan(anomaly)}`;
}

function metricOf({ metric, aggregate }: Anomaly): string {
  return aggregate === null ? oneLine(metric) : `${AGGREGATES[aggregate]} of ${oneLine(metric)}`;
}

function windowSpan({ window_start, window_end }: Anomaly): string {
  if (window_start === null || window_end === null) return '';
  return ` over ${span(Date.parse(window_end) - Date.parse(window_start))}`;
}

/** The value that was judged, told apart from what was expected. */
export function actualOf({ value, expected_low, expected_high }: Anomaly): string {
  return numberBeside(value, [expected_low, expected_high].filter(isNumber));
}

/** `at most 5,000`, `at least 3`, `between 3 and 5,000`; of two fixed limits the one that was crossed. */
export function expectedOf(anomaly: Anomaly): string {
  const { detector, alarm_type, value, expected_low: low, expected_high: high } = anomaly;
  const others = (end: number) => [value, low, high].filter(isNumber).filter((each) => each !== end);
  const shown = (end: number) => numberBeside(end, others(end));
  const isHigh = alarm_type === 'High' || alarm_type === 'High-High';
  const isLow = alarm_type === 'Low' || alarm_type === 'Low-Low';
  if (low !== null && high !== null && (detector === 'deviation' || !(isHigh || isLow))) {
    return `between ${shown(low)} and ${shown(high)}`;
  }
  if (high !== null && (isHigh || low === null)) return `at most ${shown(high)}`;
  return low === null ? 'something else' : `at least ${shown(low)}`;
}

const STATES = {
  OK: 'normal',
  High: 'too high',
  Low: 'too low',
  'High-High': 'far too high',
  'Low-Low': 'far too low',
  Missing: 'missing',
  Silent: 'silent',
  Flat: 'stuck',
} as const;

/** `too high (High)`: plain words, and the name that dashboards and rules use. */
export function stateOf({ alarm_type }: Anomaly): string {
  return `${STATES[alarm_type]} (${alarm_type})`;
}

/** How the rule judges, with the distance where there is one. */
export function howOf({ detector, score }: Anomaly): string {
  if (detector === 'limits') return 'each reading against fixed limits';
  if (detector === 'window') return 'each window against fixed limits';
  const side = score !== null && score < 0 ? 'below' : 'above';
  const distance =
    score === null ? '' : `; this one lies ${number(Math.abs(score))} standard deviations ${side} it`;
  return `each reading against the mean of the readings before it${distance}`;
}

function isNumber(value: number | null): value is number {
  return value !== null;
}
