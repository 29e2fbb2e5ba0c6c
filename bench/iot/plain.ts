/** The yardsticks: what mean ± 3σ and uniform random numbers make of the labelled set. */
import { DEVICE_METRICS } from '../../local/producer/device-anomalies.ts';
import type { LabelledReading } from '../../local/producer/devices.ts';
import { seededRandom } from '../../local/producer/random.ts';
import type { ScoredPoint } from './point-scores.ts';

/** Readings of the moving mean. */
export const MOVING_ROWS = 100;

/** Each point's larger distance, of temperature's and humidity's, from the mean of the 100 values before, in σ. */
export function movingMeanScores(readings: readonly LabelledReading[]): readonly ScoredPoint[] {
  const before = new Map<string, number[]>();
  return readings.map(({ reading, anomaly }) => {
    const distances = DEVICE_METRICS.map((metric) => {
      const key = `${reading.device_id}/${metric}`;
      const values = before.get(key) ?? [];
      before.set(key, values);
      const distance = values.length < MOVING_ROWS ? 0 : distanceInSigma(reading[metric], values);
      values.push(reading[metric]);
      if (values.length > MOVING_ROWS) values.shift();
      return distance;
    });
    return { score: Math.max(...distances), anomalous: anomaly !== undefined };
  });
}

/** The same against mean and σ of all values of the device and metric; not causal. */
export function wholeSeriesScores(readings: readonly LabelledReading[]): readonly ScoredPoint[] {
  const all = new Map<string, number[]>();
  for (const { reading } of readings) {
    for (const metric of DEVICE_METRICS) {
      const key = `${reading.device_id}/${metric}`;
      const values = all.get(key) ?? [];
      values.push(reading[metric]);
      all.set(key, values);
    }
  }
  const spreads = new Map([...all].map(([key, values]) => [key, spread(values)]));
  return readings.map(({ reading, anomaly }) => {
    const distances = DEVICE_METRICS.map((metric) => {
      const { mean, sigma } = spreads.get(`${reading.device_id}/${metric}`) ?? { mean: 0, sigma: 1 };
      return Math.abs(reading[metric] - mean) / sigma;
    });
    return { score: Math.max(...distances), anomalous: anomaly !== undefined };
  });
}

/** A number of chance for each point. */
export function randomScores(readings: readonly LabelledReading[], seed: number): readonly ScoredPoint[] {
  const random = seededRandom(seed);
  return readings.map(({ anomaly }) => ({ score: random(), anomalous: anomaly !== undefined }));
}

function distanceInSigma(value: number, values: readonly number[]): number {
  const { mean, sigma } = spread(values);
  if (sigma === 0) return value === mean ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(value - mean) / sigma;
}

function spread(values: readonly number[]): { mean: number; sigma: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sigma: Math.sqrt(squares / values.length) };
}
