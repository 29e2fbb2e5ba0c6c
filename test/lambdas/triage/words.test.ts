import { actualOf, expectedOf, howOf, stateOf, subjectOf } from '../../../lambdas/triage/phrases.ts';
import {
  ascii,
  instant,
  number,
  numberBeside,
  oneLine,
  ordinal,
  shorten,
  span,
  sparkline,
} from '../../../lambdas/triage/words.ts';
import { anomaly } from '../factories.ts';

describe('a number', () => {
  it.each([
    [10_000, '10,000'],
    [12_345_678, '12,345,678'],
    [-3, '-3'],
    [0, '0'],
    [41.922_768_6, '41.92'],
    [0.1 + 0.2, '0.3'],
    [75_000.256, '75,000.26'],
    [0.000_012_345, '0.00001235'],
    [1.797e308, '1.797e+308'],
    [-2.5e-9, '-2.5e-9'],
    [1e15, '1e+15'],
  ])('%p reads %s', (value, text) => expect(number(value)).toBe(text));

  it('gets more digits beside one that it is not', () => {
    expect(numberBeside(95.000_01, [95])).toBe('95.00001');
    expect(numberBeside(95, [95])).toBe('95');
    expect(numberBeside(96, [95])).toBe('96');
  });
});

describe('a span', () => {
  it.each([
    [0, 'less than 1 s'],
    [499, 'less than 1 s'],
    [500, '1 s'],
    [59_700, '1 min'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [3_601_000, '1 h'],
    [93_784_000, '1 d 2 h'],
    [-5, 'less than 1 s'],
  ])('of %i ms reads %s', (ms, text) => expect(span(ms)).toBe(text));
});

it('an instant is written in UTC, to the second', () => {
  expect(instant('2026-01-31T04:05:06.789Z')).toBe('2026-01-31 04:05:06 UTC');
});

it.each([
  [1, 'first'],
  [9, 'ninth'],
  [10, '10th'],
  [11, '11th'],
  [21, '21st'],
  [22, '22nd'],
  [23, '23rd'],
])('place %i is the %s', (place, text) => expect(ordinal(place)).toBe(text));

describe('foreign text', () => {
  it('becomes ASCII that still tells names apart', () => {
    expect(ascii('Büro-Straße Ørsted')).toBe('Buro-Strasse Orsted');
    expect(ascii('給水')).toBe('\\u7d66\\u6c34');
    expect(ascii('🔥')).toBe('\\u1f525');
  });

  it('cannot make lines, or turn the line around', () => {
    expect(oneLine('a\nb\u2028c\td')).toBe('a b c d');
    expect(oneLine('user\u202e001\u0000')).toBe('user\\u202e001\\u0000');
    expect(oneLine('x'.repeat(500))).toHaveLength(200);
  });

  it('is cut in the middle, where it tells least', () => {
    expect(shorten('abcdefghij', 10)).toBe('abcdefghij');
    expect(shorten('abcdefghijk', 10)).toBe('abcd..hijk');
    expect(shorten('abcdefghijk', 0)).toBe('..');
  });
});

it('a chart goes from the lowest bar to the highest, at any size', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([5, 5])).toBe('▁▁');
  expect(sparkline([-1.7e308, 0, 1.7e308])).toBe('▁▅█');
});

describe('what an anomaly says', () => {
  const limits = { expected_low: 3, expected_high: 5_000 };

  it('names the limit that was crossed, and both ends of what was usual', () => {
    expect(expectedOf(anomaly({ ...limits, alarm_type: 'High-High' }))).toBe('at most 5,000');
    expect(expectedOf(anomaly({ ...limits, alarm_type: 'Low', value: 1 }))).toBe('at least 3');
    expect(expectedOf(anomaly({ ...limits, alarm_type: 'OK', value: 9 }))).toBe('between 3 and 5,000');
    expect(expectedOf(anomaly({ ...limits, detector: 'deviation' }))).toBe('between 3 and 5,000');
    expect(expectedOf(anomaly({ expected_high: null }))).toBe('something else');
  });

  it('tells the value from its limit where rounding would not', () => {
    const close = anomaly({ value: 5_000.001 });
    expect(actualOf(close)).toBe('5,000.001');
    expect(expectedOf(close)).toBe('at most 5,000');
  });

  it('says state, subject and way of judging in words', () => {
    expect(stateOf(anomaly({ alarm_type: 'Low-Low' }))).toBe('far too low (Low-Low)');
    const window = {
      aggregate: 'avg' as const,
      window_start: '2026-03-01T02:57:00.000Z',
      window_end: '2026-03-01T02:58:00.000Z',
    };
    expect(subjectOf(anomaly(window))).toBe('average of amount of user001 over 1 min');
    expect(subjectOf(anomaly({ aggregate: 'sum' }))).toBe('sum of amount of user001');
    expect(howOf(anomaly({ detector: 'deviation', score: -4.2 }))).toBe(
      'each reading against the mean of the readings before it; this one lies 4.2 standard deviations below it',
    );
    expect(howOf(anomaly({ detector: 'deviation' }))).toBe(
      'each reading against the mean of the readings before it',
    );
  });
});
