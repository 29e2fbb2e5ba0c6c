import { eventsOf, nabOf, prAuc, sums, thresholdGrid, total } from '../../bench/nab/scorer.ts';
import { madeSeries } from './made-series.ts';

/** What an independent scorer says of the same scores, with 24 silent rows. */
const INDEPENDENT = [
  { threshold: 5, nab: -91.9376, precision: 0.024, recall: 0.625, f1: 0.0463, hits: 5, falseAlarms: 203 },
  { threshold: 8.5, nab: -0.4103, precision: 0.0519, recall: 0.5, f1: 0.0941, hits: 4, falseAlarms: 73 },
  { threshold: 8.9, nab: 18.3424, precision: 0.125, recall: 0.375, f1: 0.1875, hits: 3, falseAlarms: 21 },
];

describe('the benchmark scorer', () => {
  const series = madeSeries().map(({ scored }) => scored);
  const at = (threshold: number) => total(series.map((each) => sums(each, threshold)));

  it.each(INDEPENDENT)(
    'agrees with an independent one to four decimals at threshold $threshold',
    (expected) => {
      const reached = at(expected.threshold);
      const { precision, recall, f1, hits, false_alarms, missed } = eventsOf(reached);

      expect(nabOf(reached).toFixed(4)).toBe(expected.nab.toFixed(4));
      expect([precision, recall, f1].map((figure) => figure.toFixed(4))).toEqual(
        [expected.precision, expected.recall, expected.f1].map((figure) => figure.toFixed(4)),
      );
      expect({ hits, false_alarms, missed }).toEqual({
        hits: expected.hits,
        false_alarms: expected.falseAlarms,
        missed: 8 - expected.hits,
      });
    },
  );

  it('agrees on the area under the precision-recall curve', () => {
    const curve = thresholdGrid(series).map((threshold) => eventsOf(at(threshold)));

    expect(prAuc(curve).toFixed(4)).toBe('0.2867');
  });

  it('gives a detector that says nothing 0', () => {
    expect(nabOf(at(Number.POSITIVE_INFINITY))).toBeCloseTo(0, 10);
  });
});
