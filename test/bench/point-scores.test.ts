import { averagePrecision, bestThreshold, scoresAt } from '../../bench/iot/point-scores.ts';

const point = (score: number, anomalous: boolean) => ({ score, anomalous });

describe('scores of single points', () => {
  const points = [point(0.9, true), point(0.8, false), point(0.7, true), point(0.2, false)];

  it('counts what a threshold calls anomalous', () => {
    expect(scoresAt(points, 0.75)).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(scoresAt(points, 0.95)).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  it('has the average precision that is computed by hand', () => {
    expect(averagePrecision(points)).toBeCloseTo(0.5 * 1 + 0.5 * (2 / 3), 12);
  });

  it('gives points of one score no order', () => {
    expect(averagePrecision([point(1, true), point(1, false), point(1, false)])).toBeCloseTo(1 / 3, 12);
    expect(averagePrecision([point(1, false), point(1, false), point(1, true)])).toBeCloseTo(1 / 3, 12);
  });

  it('finds the threshold of the best F1', () => {
    expect(bestThreshold(points)).toBe(0.7);
  });
});
