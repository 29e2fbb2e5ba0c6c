/** The scores of the IoT benchmark through the real job, on a seed that the settings were tuned on. */
import { averagePrecision, scoresAt } from '../../bench/iot/point-scores.ts';
import { ALARM, productScores } from '../../bench/iot/product.ts';
import { SET_START, TUNING_SEEDS } from '../../bench/iot/seeds.ts';
import { labelledReadings } from '../../local/producer/devices.ts';

const PREFIX = 5_000;

it('the product finds most anomalous points and hardly a normal one, and a prefix gives the same scores', async () => {
  const readings = labelledReadings(TUNING_SEEDS[0], SET_START);
  const scored = await productScores(readings);
  const { precision, recall } = scoresAt(scored, ALARM);
  expect(precision).toBeGreaterThanOrEqual(0.9);
  expect(recall).toBeGreaterThanOrEqual(0.78);
  expect(averagePrecision(scored)).toBeGreaterThanOrEqual(0.85);

  expect(await productScores(readings.slice(0, PREFIX))).toEqual(scored.slice(0, PREFIX));
});
