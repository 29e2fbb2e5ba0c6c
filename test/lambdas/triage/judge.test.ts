import { halves } from '../../../bench/triage/cases/index.ts';
import { evidenceOf } from '../../../bench/triage/evidence-of-story.ts';
import { around, type Beside, type Story } from '../../../bench/triage/story.ts';
import { factsOf } from '../../../lambdas/triage/facts.ts';
import { judge } from '../../../lambdas/triage/judge.ts';
import { verdictText } from '../../../lambdas/triage/verdict.ts';

/** A pipeline that takes three times as long as ever, once. */
const slowBuild: Story = {
  id: 'a slow build',
  kind: 'spike',
  entity: 'checkout',
  metric: 'duration',
  rule: 'pipeline-slow',
  at: '2026-03-03T09:00:00.000Z',
  values: [...around(300, 6, 23, 1, 0), 900],
  alarm: 'High',
  label: 'LIKELY',
  why: '',
};

const judged = (given: Partial<Story> = {}) => {
  const evidence = evidenceOf({ ...slowBuild, ...given });
  return judge(evidence, factsOf(evidence));
};
const verdict = (given: Partial<Story> = {}) => judged(given).verdict;

const same = (before: number, end: Beside['end']): Beside => ({
  metric: 'duration',
  rule: 'pipeline-slow',
  alarm: 'High',
  value: 880,
  before,
  ...(end && { end }),
});
const others = (count: number, rule = 'pipeline-slow'): Beside[] =>
  Array.from({ length: count }, (_, n) => ({ ...same(1, undefined), entity: `other-${n}`, rule }));
const back = { alarm: 'OK' as const, value: 300, seconds: 60 };

describe('the verdict by rules', () => {
  it('takes a value that is clearly out for probably real, and for no more', () => {
    expect(judged()).toMatchObject({ verdict: 'LIKELY', cites: ['value', 'expected', 'reach'] });
  });

  it('does not tell about a value that is a little out', () => {
    expect(verdict({ values: [...around(300, 6, 23, 1, 0), 340] })).toBe('INCONCLUSIVE');
  });

  it('takes a value that went steadily over the limit for probably real, however little', () => {
    const values = [185.9, 186.2, 186.8, 187.1, 187.5, 188.2, 188.9, 190.2];
    const climb: Partial<Story> = { metric: 'REACTOR_TEMP', rule: 'reactor-temperature', values };
    expect(verdict(climb)).toBe('LIKELY');
    expect(verdict({ ...climb, values: values.map((_, n) => (n === 7 ? 190.2 : 188 - (n % 2))) })).toBe(
      'INCONCLUSIVE',
    );
  });

  it('is sure when another metric of the entity moves, and not when the same reading is judged twice', () => {
    const failing = { metric: 'failure_rate', rule: 'pipeline-failures', alarm: 'High' as const, value: 0.4 };
    expect(judged({ past: [{ ...failing, before: 2 }] })).toMatchObject({
      verdict: 'CONFIRMED',
      cites: ['beside', 'beside.1', 'value'],
    });
    expect(verdict({ past: [{ ...failing, before: 16 }] })).toBe('LIKELY');
    expect(verdict({ past: [{ ...same(0, undefined), rule: 'build-slow', value: 900 }] })).toBe('LIKELY');
  });

  it('is sure of what lasts', () => {
    expect(verdict({ values: [...around(300, 6, 20, 1, 0), 880, 910, 890, 900], strays: 4 })).toBe(
      'CONFIRMED',
    );
    const held = { alarm: 'High' as const, value: 910, seconds: 300 };
    expect(verdict({ since: held, message: 'reminder' })).toBe('CONFIRMED');
  });

  it('takes one reading that was back at once for a glitch, but not when it comes and goes', () => {
    expect(judged({ since: back })).toMatchObject({ verdict: 'FALSE_POSITIVE', cites: ['back'] });
    expect(verdict({ since: { ...back, seconds: 900 } })).toBe('LIKELY');
    expect(verdict({ since: back, past: [same(40, 'cleared')] })).toBe('INCONCLUSIVE');
    expect(verdict({ since: back, past: [same(9_000, 'fixed')] })).toBe('INCONCLUSIVE');
  });

  it('believes what staff found the last times', () => {
    expect(verdict({ past: [same(900, 'fixed')] })).toBe('CONFIRMED');
    expect(verdict({ past: [same(900, 'false_positive')] })).toBe('LIKELY');
    expect(verdict({ past: [same(900, 'false_positive'), same(2_000, 'expected')] })).toBe('FALSE_POSITIVE');
    expect(
      verdict({ past: [same(900, 'false_positive'), same(2_000, 'expected'), same(3_000, 'fixed')] }),
    ).toBe('LIKELY');
  });

  it('doubts a rule that was nearly always wrong, but not an extreme value', () => {
    const values = [...around(300, 6, 23, 1, 0), 420];
    expect(verdict({ values, ruled: { false_positive: 8, fixed: 1 } })).toBe('FALSE_POSITIVE');
    expect(verdict({ values, ruled: { false_positive: 3 } })).toBe('LIKELY');
    expect(verdict({ values, ruled: { false_positive: 5, fixed: 4 } })).toBe('LIKELY');
    expect(
      verdict({ ruled: { false_positive: 8, fixed: 1 }, values: [...around(300, 6, 23, 1, 0), 3_600] }),
    ).toBe('LIKELY');
  });

  it('knows a load test that was noted for this entity and this time', () => {
    const test = { kind: 'load_test' as const, from: -30, until: 30, text: 'Load test' };
    expect(judged({ notes: [test] })).toMatchObject({ verdict: 'FALSE_POSITIVE', cites: ['note.1'] });
    expect(verdict({ notes: [{ ...test, entity: 'checkout' }] })).toBe('FALSE_POSITIVE');
    expect(verdict({ notes: [{ ...test, entity: 'search' }] })).toBe('LIKELY');
    expect(verdict({ notes: [{ ...test, metric: 'failure_rate' }] })).toBe('LIKELY');
    expect(verdict({ notes: [{ ...test, from: -300, until: -60 }] })).toBe('LIKELY');
    expect(verdict({ notes: [{ ...test, from: 10, until: 60 }] })).toBe('LIKELY');
  });

  it('does not let a load test explain what is far beyond a limit', () => {
    const hot: Partial<Story> = {
      metric: 'REACTOR_TEMP',
      rule: 'reactor-temperature',
      values: [178, 178.2, 177.9, 178.1, 204],
      alarm: 'High-High',
    };
    expect(verdict({ ...hot, notes: [{ kind: 'load_test', from: -30, until: 30, text: 'Full load' }] })).toBe(
      'INCONCLUSIVE',
    );
  });

  it('suspects a deploy of the last hour, and no older one', () => {
    const deploy = { kind: 'deploy' as const, text: 'checkout 4.12' };
    expect(judged({ notes: [{ ...deploy, from: -10 }] })).toMatchObject({
      verdict: 'CONFIRMED',
      cites: ['note.1', 'reach', 'value'],
    });
    expect(verdict({ notes: [{ ...deploy, from: -10 }], values: [...around(300, 6, 23, 1, 0), 340] })).toBe(
      'LIKELY',
    );
    expect(judged({ notes: [{ ...deploy, from: -70 }] }).cites).not.toContain('note.1');
    expect(judged({ notes: [{ ...deploy, from: 5 }] }).cites).not.toContain('note.1');
  });

  it('looks upstream when many entities move, and at the surroundings when they move a little', () => {
    expect(judged({ beside: others(5) })).toMatchObject({ verdict: 'LIKELY' });
    expect(judged({ beside: others(5) }).reason).toContain('look upstream');
    expect(verdict({ beside: others(5), values: [...around(300, 2, 23, 1, 0), 318] })).toBe('FALSE_POSITIVE');
    expect(judged({ beside: others(3) }).reason).not.toContain('upstream');
  });

  it('takes a late record for what is over, unless it is far out or its clock is wrong', () => {
    expect(verdict({ late: 120 })).toBe('FALSE_POSITIVE');
    expect(verdict({ late: 30 })).toBe('LIKELY');
    expect(verdict({ late: 9_000_000 })).toBe('LIKELY');
    expect(verdict({ late: 120, rule: 'payment-limit', values: [9, 60_000], alarm: 'High-High' })).toBe(
      'INCONCLUSIVE',
    );
  });

  it('knows a usual value in another unit, where values are steady', () => {
    expect(judged({ values: [...around(300, 3, 23, 1, 0), 300_200] })).toMatchObject({
      verdict: 'FALSE_POSITIVE',
      cites: ['unit', 'usual'],
    });
    expect(verdict({ values: [...around(300, 90, 23, 1, 0), 300_200] })).toBe('LIKELY');
  });

  it('takes a value that often repeats itself for stuck only after a long run', () => {
    const stuck = (values: number[]) =>
      verdict({ rule: 'device-stuck', metric: 'humidity', alarm: 'Flat', values });
    expect(stuck([41, 41, 42, 42, 41, 41, 41, 41])).toBe('INCONCLUSIVE');
    expect(stuck([41.2, 40.9, 41.7, 41.1, 41.4, 41.4, 41.4])).toBe('LIKELY');
  });

  it('is sure of a source that is silent, and not of a sender that is often late', () => {
    const gap: Partial<Story> = { values: [2, 2, 2, 90], expected: [null, 60] };
    expect(verdict({ ...gap, rule: 'payments-silent', alarm: 'Silent', entity: '*', metric: '*' })).toBe(
      'CONFIRMED',
    );
    const missing: Partial<Story> = { ...gap, rule: 'device-missing', alarm: 'Missing' };
    const ended = (before: number): Beside => ({
      metric: 'duration',
      rule: 'device-missing',
      alarm: 'Missing',
      value: 61,
      before,
      end: 'cleared',
    });
    expect(verdict(missing)).toBe('LIKELY');
    expect(verdict({ ...missing, past: [ended(300), ended(900)] })).toBe('INCONCLUSIVE');
  });

  it('cites only facts that are there, at least one, and says no word of records', () => {
    for (const story of halves().get('built-with') ?? []) {
      const evidence = evidenceOf({ ...story, labels: { evil: 'evil' } });
      const facts = factsOf(evidence);
      const { cites, reason } = judge(evidence, facts);
      expect(cites.length).toBeGreaterThan(0);
      expect(facts.map(({ id }) => id)).toEqual(expect.arrayContaining([...cites]));
      for (const word of ['evil', story.entity, story.metric]) {
        if (word !== '*') expect(reason).not.toContain(word);
      }
    }
  });
});

describe('the words of a verdict', () => {
  const falseAlarm = {
    verdict: 'FALSE_POSITIVE',
    reason: 'It was back.',
    cites: ['back', 'note.1'],
  } as const;
  const fact = { id: 'note.1', text: 'A note.', numbers: [], names: [], trusted: false };

  it('name it, its reason, and the facts that stand nowhere else', () => {
    expect(verdictText(falseAlarm, [fact], 'warning')).toBe(
      'Probably no trouble (FALSE_POSITIVE): It was back.\nA note.',
    );
  });

  it('may say that less would do, and propose nothing more than that', () => {
    expect(verdictText(falseAlarm, [fact], 'critical')).toContain('warning would do instead of critical');
    expect(verdictText({ ...falseAlarm, verdict: 'LIKELY' }, [], 'critical')).not.toContain('would do');
  });
});
