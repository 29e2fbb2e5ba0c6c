/** What is said of a detector's scores at its two thresholds. */
import {
  alarms,
  type Events,
  eventsOf,
  nabOf,
  prAuc,
  type Scored,
  sums,
  thresholdGrid,
  total,
} from './scorer.ts';
import { type Series, timeOf } from './series.ts';
import type { Thresholds } from './thresholds.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Scores of one tier; e-mails and delays are those of the page threshold. */
export interface Report {
  readonly nab_at_warn: number;
  readonly event_f1_at_page: number;
  readonly event_pr_auc: number;
  readonly at_warn: Events;
  readonly at_page: Events;
  readonly emails_a_day_per_series: number;
  readonly median_delay_minutes: number | null;
  readonly median_delay_of_window: number | null;
}

/** Measures scored series, whose recorded rows are `recorded` in the same order. */
export function report(
  series: readonly Scored[],
  recorded: readonly Series[],
  thresholds: Thresholds,
): Report {
  const at = (threshold: number) => total(series.map((each) => sums(each, threshold)));
  const atPage = eventsOf(at(thresholds.page));
  const delays = series.flatMap((each, index) => delaysOf(each, recorded[index], thresholds.page));
  return {
    nab_at_warn: nabOf(at(thresholds.warn)),
    event_f1_at_page: atPage.f1,
    event_pr_auc: prAuc(thresholdGrid(series).map((threshold) => eventsOf(at(threshold)))),
    at_warn: eventsOf(at(thresholds.warn)),
    at_page: atPage,
    emails_a_day_per_series: emailsADay(series, recorded, thresholds.page),
    median_delay_minutes: median(delays.map((delay) => delay.minutes)),
    median_delay_of_window: median(delays.map((delay) => delay.ofWindow)),
  };
}

/** Pages of all series over the days of all series, from the first row that counts. */
function emailsADay(series: readonly Scored[], recorded: readonly Series[], page: number): number {
  let emails = 0;
  let days = 0;
  for (const [index, each] of series.entries()) {
    emails += alarms(each, page).length;
    days += (time(recorded[index], each.scores.length - 1) - time(recorded[index], each.from)) / DAY_MS;
  }
  return emails / days;
}

/** From a window's start, or the first row that counts, to the first page within it. */
function delaysOf(series: Scored, recorded: Series | undefined, page: number) {
  const raised = alarms(series, page);
  return series.windows.flatMap(({ first, last }) => {
    const row = raised.find((alarm) => alarm >= first && alarm <= last);
    if (row === undefined) return [];
    const minutes = (time(recorded, row) - time(recorded, first)) / MINUTE_MS;
    return [{ minutes, ofWindow: (row - first) / (last - first + 1) }];
  });
}

const time = (recorded: Series | undefined, row: number): number => timeOf(recorded?.timestamps[row] ?? '');

const median = (figures: readonly number[]): number | null =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? null;
