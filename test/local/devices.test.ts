import { movingMeanScores, wholeSeriesScores } from '../../bench/iot/plain.ts';
import { scoresAt } from '../../bench/iot/point-scores.ts';
import { DEVICE_ANOMALIES } from '../../local/producer/device-anomalies.ts';
import { type LabelledReading, labelledReadings } from '../../local/producer/devices.ts';

const START = Date.parse('2026-01-05T00:00:00Z');

describe('the labelled IoT set', () => {
  const set = labelledReadings(5, START);
  const ofKind = (kind: string) => set.filter(({ anomaly }) => anomaly === kind);

  it('has 50,000 points, 10 % of them anomalous', () => {
    expect(set).toHaveLength(50_000);
    expect(set.filter(({ anomaly }) => anomaly !== undefined)).toHaveLength(5_000);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(labelledReadings(5, START)).toEqual(set);
    expect(labelledReadings(6, START)[0]).not.toEqual(set[0]);
  });

  it.each(DEVICE_ANOMALIES.map((kind) => [kind]))('has at least 200 points of the kind %s', (kind) => {
    expect(ofKind(kind).length).toBeGreaterThanOrEqual(200);
  });

  it('is told in the order of time, once a minute by each device', () => {
    const times = set.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const one = set.filter(({ reading }) => reading.device_id === 'device-03');
    const steps = new Set(one.slice(1).map(({ time }, index) => time - (one[index]?.time ?? 0)));
    expect([...steps]).toEqual([60_000]);
  });

  it('drops to 0 nowhere but where its label says so', () => {
    const isZero = ({ reading }: LabelledReading) => reading.temperature === 0 || reading.humidity === 0;
    expect(ofKind('drop_to_zero').every(isZero)).toBe(true);
    expect(set.filter(({ anomaly }) => anomaly === undefined).some(isZero)).toBe(false);
  });

  it('is neither trivial nor hopeless: plain mean ± 3σ has an F1 between .3 and .7', () => {
    for (const points of [movingMeanScores(set), wholeSeriesScores(set)]) {
      const { f1 } = scoresAt(points, 3);
      expect(f1).toBeGreaterThan(0.3);
      expect(f1).toBeLessThan(0.7);
    }
  });
});
