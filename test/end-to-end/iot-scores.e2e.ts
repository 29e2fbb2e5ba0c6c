/** The scores of the IoT benchmark, on a small set through the real job. */
import { scoresAt } from '../../bench/iot/point-scores.ts';
import { ALARM, productScores } from '../../bench/iot/product.ts';
import { SET_START, TUNING_SEEDS } from '../../bench/iot/seeds.ts';
import { labelledReadings } from '../../local/producer/devices.ts';

const SMALL = { devices: 2, readingsPerDevice: 1_000, anomalousShare: 0.1 };

it('the product finds most anomalous points and hardly a normal one, and a prefix gives the same scores', async () => {
  const readings = labelledReadings(TUNING_SEEDS[0], SET_START, SMALL);
  const scored = await productScores(readings);
  const { precision, recall } = scoresAt(scored, ALARM);
  expect(precision).toBeGreaterThanOrEqual(0.9);
  expect(recall).toBeGreaterThanOrEqual(0.78);

  const half = readings.length / 2;
  expect(await productScores(readings.slice(0, half))).toEqual(scored.slice(0, half));
});
