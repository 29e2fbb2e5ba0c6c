/** What an anomaly says, in parts of sentences. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import { number, span } from './words.ts';

const AGGREGATES = {
  count: 'Number of values',
  sum: 'Sum',
  avg: 'Average',
  min: 'Minimum',
  max: 'Maximum',
  stddev: 'Standard deviation',
} as const;

/** What was judged: `amount of user001`, `Sum of amount of user001 over 1 min`. */
export function subjectOf(anomaly: Anomaly): string {
  const { metric, entity, aggregate, window_start, window_end } = anomaly;
  if (aggregate === null) return `${metric} of ${entity}`;
  const over =
    window_start === null || window_end === null
      ? ''
      : ` over ${span(Date.parse(window_end) - Date.parse(window_start))}`;
  return `${AGGREGATES[aggregate]} of ${metric} of ${entity}${over}`;
}

/** `at most 5,000`, `at least 3`, `between 3 and 5,000`; of two ends the one that was crossed, for a plain limit. */
export function expectedOf({ detector, alarm_type, expected_low, expected_high }: Anomaly): string {
  const isHigh = alarm_type === 'High' || alarm_type === 'High-High';
  const isLow = alarm_type === 'Low' || alarm_type === 'Low-Low';
  const both = expected_low !== null && expected_high !== null;
  if (both && (detector === 'deviation' || (!isHigh && !isLow))) {
    return `between ${number(expected_low)} and ${number(expected_high)}`;
  }
  if (expected_high !== null && (isHigh || expected_low === null)) return `at most ${number(expected_high)}`;
  if (expected_low !== null) return `at least ${number(expected_low)}`;
  return 'not known';
}

const HOW = {
  limits: 'each reading against fixed limits',
  deviation: 'each reading against the mean of the readings before it',
  window: 'an aggregate of each window against limits',
} as const;

/** How the rule judges. */
export function howOf(anomaly: Anomaly): string {
  const { detector, score } = anomaly;
  const distance = score === null ? '' : `; ${number(Math.abs(score))} standard deviations away`;
  return `${HOW[detector]}${distance}`;
}
