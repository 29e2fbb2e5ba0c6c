/** What an anomaly says, in parts of sentences. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Rule } from '../../contracts/rule.ts';
import type { Detector } from '../../contracts/shared.ts';
import { foreignName } from './foreign.ts';
import { isNovelty } from './novelty.ts';
import { number, numberBeside, span } from './words.ts';

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
  const whole = entityOf(anomaly);
  return anomaly.detector === 'silence' ? whole : `${metricOf(anomaly)} of ${whole}${windowSpan(anomaly)}`;
}

/** Of whom: a rule about a whole source names no entity. */
export function entityOf({ entity, source }: Anomaly): string {
  return entity === '*' ? `source ${source}` : foreignName(entity);
}

function metricOf({ detector, metric, aggregate }: Anomaly): string {
  if (aggregate !== null) return `${AGGREGATES[aggregate]} of ${foreignName(metric)}`;
  if (detector === 'rate') return `rate of change of ${foreignName(metric)}`;
  if (detector === 'drift') return `recent mean of ${foreignName(metric)}`;
  return metric === '*' ? 'everything' : foreignName(metric);
}

/** Whether it tells of readings that did not come; its value is then a time in seconds. */
export function isGap({ detector }: Anomaly): boolean {
  return detector === 'missing' || detector === 'silence';
}

/** How long the silence was. */
export function gapOf({ value }: Anomaly): string {
  return span(value * 1_000);
}

function windowSpan({ window_start, window_end }: Anomaly): string {
  if (window_start === null || window_end === null) return '';
  return ` over ${span(Date.parse(window_end) - Date.parse(window_start))}`;
}

/** The value that was judged, told apart from what was expected. */
export function actualOf(anomaly: Anomaly): string {
  const { value, expected_low, expected_high } = anomaly;
  if (isGap(anomaly)) return `no reading for ${gapOf(anomaly)}`;
  return numberBeside(value, [expected_low, expected_high].filter(isNumber));
}

/** What was expected between two ends that are not fixed limits. */
const RANGES: ReadonlySet<Detector> = new Set(['deviation', 'seasonal', 'drift']);

/** `at most 5,000`, `at least 3`, `between 3 and 5,000`, `one within 30 s`; of two fixed limits the one that was crossed. */
export function expectedOf(anomaly: Anomaly): string {
  const { detector, alarm_type, value, expected_low: low, expected_high: high } = anomaly;
  if (isGap(anomaly)) return high === null ? 'one by now' : `one within ${span(high * 1_000)}`;
  if (detector === 'flat') return 'a value that changes';
  if (detector === 'novelty') return 'a value like those before it';
  const others = (end: number) => [value, low, high].filter(isNumber).filter((each) => each !== end);
  const shown = (end: number) => numberBeside(end, others(end));
  const isHigh = alarm_type === 'High' || alarm_type === 'High-High';
  const isLow = alarm_type === 'Low' || alarm_type === 'Low-Low';
  if (low !== null && high !== null && (RANGES.has(detector) || !(isHigh || isLow))) {
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
export function stateOf(anomaly: Anomaly): string {
  const { alarm_type } = anomaly;
  const isUnusual = isNovelty(anomaly) && alarm_type !== 'OK';
  return `${isUnusual ? 'unusual' : STATES[alarm_type]} (${alarm_type})`;
}

const HOW: Readonly<Record<Detector, string>> = {
  limits: 'each reading against fixed limits',
  sustained: 'readings that stay beyond a fixed limit',
  missing: 'the time since its last reading against the time between its readings',
  silence: 'the time since the last reading of the whole source',
  flat: 'how long the value stays the same',
  rate: 'the change from reading to reading against fixed limits',
  drift: 'the sum of small distances from the mean that was learned at the start',
  deviation: 'each reading against the mean of the readings before it',
  seasonal: 'each reading against the mean of this hour on other days',
  novelty: 'how new each reading is, by all before it; the first 150 of a metric are learned and not judged',
  window: 'each window against fixed limits',
};

/** How the rule judges, with the distance where there is one. */
export function howOf({ detector, score }: Anomaly, rule?: Rule): string {
  const unit = rule?.kind === 'rate' ? `, per ${rule.per}` : '';
  const how = `${HOW[detector]}${unit}`;
  if (score === null) return how;
  const size = number(Math.abs(score));
  if (detector === 'novelty') return `${how}; this one scores ${size}`;
  if (detector === 'drift') return `${how}; they add up to ${size} standard deviations`;
  return `${how}; this one lies ${size} standard deviations ${score < 0 ? 'below' : 'above'} it`;
}

function isNumber(value: number | null): value is number {
  return value !== null;
}
