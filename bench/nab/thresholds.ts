/** Where warn and page lie: the middle of the broad top of each curve, not its highest needle. */
import { eventsOf, nabOf, type Scored, sums, thresholdGrid, total } from './scorer.ts';

const POINTS = 300;
/** Below this share of the rows let through, a threshold would be of no use to anybody. */
const LOUDEST_SHARE = 0.06;
/** Points of the grid that are averaged. */
const BREADTH = 5;
const DECIMALS = 2;

/** The two thresholds of a score. */
export interface Thresholds {
  readonly warn: number;
  readonly page: number;
}

/** Warn where NAB's score is best, page where the event F1 is. */
export function chooseThresholds(series: readonly Scored[]): Thresholds {
  const grid = quietThresholds(series);
  const reached = grid.map((threshold) => total(series.map((each) => sums(each, threshold))));
  const at = (figures: readonly number[]): number => rounded(grid[broadest(figures)] ?? Number.NaN);
  return { warn: at(reached.map(nabOf)), page: at(reached.map((each) => eventsOf(each).f1)) };
}

/** Falling thresholds that let at most the loudest share of rows through. */
function quietThresholds(series: readonly Scored[]): readonly number[] {
  const rows = series.reduce((sum, each) => sum + each.scores.length - each.from, 0);
  const grid = thresholdGrid(series, POINTS);
  const share = Math.log(rows * LOUDEST_SHARE) / Math.log(rows);
  return grid.slice(0, Math.max(1, Math.floor(grid.length * share)));
}

/** Index of the highest mean of a figure and its neighbours; beyond the ends the end itself counts. */
function broadest(figures: readonly number[]): number {
  const half = Math.floor(BREADTH / 2);
  const at = (index: number): number => figures[Math.min(Math.max(index, 0), figures.length - 1)] ?? 0;
  const means = figures.map((_, middle) => {
    let sum = 0;
    for (let index = middle - half; index <= middle + half; index++) sum += at(index);
    return sum / BREADTH;
  });
  return means.indexOf(Math.max(...means));
}

const rounded = (threshold: number): number => Number(threshold.toFixed(DECIMALS));
