/**
 * How well are single anomalous points told on the labelled IoT set? `npm run -s bench:iot` on the held-back seed;
 * `-- --seed N` for another. The product's own job scores the points, with the example rules of
 * `config/examples/iot-devices`; each point counts by itself. Last line of standard output is JSON.
 */
import { parseArgs } from 'node:util';
import { DEVICE_ANOMALIES } from '../local/producer/device-anomalies.ts';
import { labelledReadings } from '../local/producer/devices.ts';
import { MOVING_ROWS, movingMeanScores, randomScores, wholeSeriesScores } from './iot/plain.ts';
import { averagePrecision, bestThreshold, type ScoredPoint, scoresAt } from './iot/point-scores.ts';
import { ALARM, productScores } from './iot/product.ts';
import { HELD_BACK_SEED, SET_START } from './iot/seeds.ts';

const { values: options } = parseArgs({ options: { seed: { type: 'string' } } });
const seed = Number(options.seed ?? HELD_BACK_SEED);

const round = (figure: number) => Math.round(figure * 1e4) / 1e4;

function judged(points: readonly ScoredPoint[], threshold: number) {
  const { precision, recall, f1 } = scoresAt(points, threshold);
  return {
    precision: round(precision),
    recall: round(recall),
    f1: round(f1),
    pr_auc: round(averagePrecision(points)),
  };
}

const readings = labelledReadings(seed, SET_START);
const scored = await productScores(readings);
const random = randomScores(readings, seed);
const result = {
  seed,
  points: readings.length,
  anomalous: readings.filter((reading) => reading.anomaly !== undefined).length,
  /** At the rules' own thresholds. */
  product: judged(scored, ALARM),
  /** What the product calls anomalous of each kind. */
  recall_by_kind: Object.fromEntries(
    DEVICE_ANOMALIES.map((kind) => [
      kind,
      round(
        scoresAt(
          scored.filter((_, index) => readings[index]?.anomaly === kind),
          ALARM,
        ).recall,
      ),
    ]),
  ),
  /** The mean and σ of the rows before, and 3σ. */
  [`mean_3_sigma_${MOVING_ROWS}_rows`]: judged(movingMeanScores(readings), 3),
  /** The mean and σ of the whole series, and 3σ: knows the future. */
  mean_3_sigma_whole_series: judged(wholeSeriesScores(readings), 3),
  /** At the threshold that is best for it, which only the labels tell. */
  uniform_random: judged(random, bestThreshold(random)),
};
console.log(JSON.stringify(result));
