import { readFileSync } from 'node:fs';
import { faultsOfRules, NOVELTY_THRESHOLDS, RuleSet, SourceSet } from '../../contracts/index.ts';

const sources = SourceSet.parse({
  sources: [
    { name: 'pumps', match: { fields: ['pump'] }, entity: 'pump', metrics: ['bar', 'celsius'] },
    { name: 'host', match: { fields: ['host'] }, entity: 'host', metrics: '*' },
    { name: 'logins', match: { fields: ['user'] }, entity: 'user', metrics: [], counter: 'failed' },
  ],
});
const faults = (rule: object) =>
  faultsOfRules(
    RuleSet.parse({ rules: [{ id: 'mine', source: 'pumps', metric: 'bar', ...rule }] }),
    sources,
    {
      deviationRows: 60,
    },
  );
const window = { kind: 'window', window: 'tumbling' };

describe('rules are checked against sources and stage', () => {
  it.each([
    [
      'an unknown source',
      { kind: 'limits', high: 1, source: 'fans' },
      'there is no source "fans" (there is pumps, host, logins)',
    ],
    [
      'a metric that the source does not list',
      { kind: 'limits', high: 1, metric: 'rpm' },
      'source pumps has no metric "rpm" (it has bar, celsius), so it would judge nothing',
    ],
    [
      'a metric that is neither listed nor the counter',
      { kind: 'limits', high: 1, source: 'logins', metric: 'bytes' },
      'source logins has no metric "bytes" (it has failed), so it would judge nothing',
    ],
    [
      'a count below what a window with a reading has',
      { ...window, aggregate: 'count', low: -1 },
      'low (-1) can never alarm: the count of a window is at least 1',
    ],
    [
      'a σ below 0',
      { ...window, aggregate: 'stddev', high: -0.5 },
      'high (-0.5) would alarm on every window: the stddev of a window is at least 0',
    ],
    [
      'more samples than the baseline has',
      { kind: 'deviation', min_samples: 61 },
      'min_samples (61) is more than the 60 readings of the baseline, so it would never judge',
    ],
    [
      'a page threshold below the warn threshold that holds where a rule sets none',
      { kind: 'novelty', page: 4 },
      'page (4) is below warn (4.78 where the rule sets none): what pages must also warn. Set both, warn the smaller one',
    ],
    [
      'a warn threshold above the page threshold that holds where a rule sets none',
      { kind: 'novelty', warn: 7 },
      'page (6.34 where the rule sets none) is below warn (7): what pages must also warn. Set both, warn the smaller one',
    ],
  ])('refuses %s', (_what, rule, reason) => {
    expect(faults(rule)).toEqual([`rule mine: ${reason}`]);
  });

  it.each([
    ['any metric of a source that lists none', { kind: 'limits', high: 1, source: 'host', metric: 'load' }],
    [
      'the counter of a source',
      { ...window, aggregate: 'count', high: 9, source: 'logins', metric: 'failed' },
    ],
    ['every metric', { kind: 'limits', high: 1, metric: '*' }],
    ['a count within reach', { ...window, aggregate: 'count', low: 2, high: 9 }],
    ['a mean below 0', { ...window, aggregate: 'avg', low: -5, high: -1 }],
    ['a novelty rule that sets both thresholds', { kind: 'novelty', warn: 2, page: 2 }],
    ['a novelty rule that sets none', { kind: 'novelty' }],
    ['as many samples as the baseline has', { kind: 'deviation', min_samples: 60 }],
  ])('lets pass %s', (_what, rule) => {
    expect(faults(rule)).toEqual([]);
  });
});

it('knows the thresholds that travel in the jar (set NOVELTY_THRESHOLDS anew after a calibration)', () => {
  const calibration = JSON.parse(
    readFileSync('flink-job/src/main/resources/tocsin/novelty/calibration.json', 'utf8'),
  );
  expect(NOVELTY_THRESHOLDS).toEqual({ warn: calibration.warn_threshold, page: calibration.page_threshold });
});
