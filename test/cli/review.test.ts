import { Counter } from '../../cli/backtest/figures.ts';
import { reviewOf, withSuggestion, worstFirst } from '../../cli/rules/review.ts';
import { suggestedRules, tried } from '../../cli/rules/try-suggestions.ts';
import { Rule } from '../../contracts/rule.ts';
import type { RuleIncident } from '../../lambdas/ports/incident-store/port.ts';

const limits = Rule.parse({
  ...{ id: 'amount-limit', source: 'transactions', metric: 'amount', kind: 'limits' },
  ...{ high: 5_000, high_high: 50_000, low: 1 },
});
const deviation = Rule.parse({ id: 'odd', source: 'transactions', metric: 'amount', kind: 'deviation' });

let count = 0;
function incident(
  resolution: RuleIncident['resolution'],
  worst_value: number,
  given: Partial<RuleIncident> = {},
) {
  count += 1;
  const known: RuleIncident = {
    incident_id: `T-${String(count).padStart(10, '0')}`,
    opened_at: '2026-03-01T03:00:00.000Z',
    ...{ entity: 'user001', metric: 'amount', mails: 2, resolution, worst_value },
    ...{ worst_score: null, alarm_type: 'High' as const },
    ...given,
  };
  return known;
}
const review = (rule: Rule, incidents: readonly RuleIncident[]) => reviewOf(rule, incidents, 2, 3);

describe('the review of a rule', () => {
  it('counts e-mails a week, and precision of what staff judged', () => {
    const incidents = [
      incident('fixed', 9_000),
      incident('false_positive', 9_500),
      incident('expected', 9_500),
      incident(null, 7_000),
      incident('fixed', 8_000, { mails: 3 }),
    ];
    expect(review(limits, incidents)).toMatchObject({
      incidents: 5,
      mails_per_week: 5.5,
      judged: 4,
      false_alarms: 2,
      precision: 0.5,
      suggestion: null,
    });
    expect(review(limits, []).precision).toBeNull();
  });

  it('suggests a limit that spares the false alarms and keeps every true one', () => {
    const incidents = [
      incident('false_positive', 5_210),
      incident('expected', 6_134),
      incident('fixed', 9_000),
      incident('false_positive', 12_000),
    ];
    const { suggestion } = review(limits, incidents);
    expect(suggestion).toEqual({ field: 'high', from: 5_000, to: 6_200, fewer: 2 });
    if (suggestion === null) throw new Error('no suggestion');
    expect(Rule.parse(withSuggestion(limits, suggestion))).toMatchObject({ high: 6_200 });
  });

  it('stays below the nearest true alarm, however near', () => {
    const incidents = [
      incident('false_positive', 6_134),
      incident('false_positive', 6_134),
      incident('fixed', 6_135),
    ];
    expect(review(limits, incidents).suggestion).toMatchObject({ to: 6_134, fewer: 2 });
  });

  it('suggests a lower lower limit, and a larger multiplier', () => {
    const low = { alarm_type: 'Low' as const };
    const lows = [
      incident('expected', 0.42, low),
      incident('expected', 0.5, low),
      incident('fixed', 0.1, low),
    ];
    expect(review(limits, lows).suggestion).toMatchObject({ field: 'low', from: 1, to: 0.42, fewer: 2 });
    const scores = [-3.2, 3.41, 3.1].map((worst_score) => incident('false_positive', 1, { worst_score }));
    expect(review(deviation, scores).suggestion).toMatchObject({ field: 'multiplier', from: 3, to: 3.5 });
  });

  it('suggests nothing from too few judgements, beyond the second limit, or where it would spare nothing', () => {
    expect(review(limits, [incident('expected', 6_000), incident('expected', 6_000)]).suggestion).toBeNull();
    const far = Array.from({ length: 3 }, () => incident('expected', 60_000, { alarm_type: 'High-High' }));
    expect(review(limits, far).suggestion).toBeNull();
    const above = Array.from({ length: 3 }, () => incident('expected', 60_000));
    expect(review(limits, above).suggestion).toBeNull();
    const mixed = [incident('fixed', 5_100), incident('fixed', 5_100), incident('expected', 6_000)];
    expect(review(limits, mixed).suggestion).toBeNull();
  });

  it('is listed by precision, the least first, then by e-mails; what nobody judged last', () => {
    const of = (id: string, incidents: readonly RuleIncident[]) => ({
      ...review(limits, incidents),
      rule_id: id,
    });
    const good = of('good', [incident('fixed', 1)]);
    const bad = of('bad', [incident('expected', 1)]);
    const unknown = of('unknown', [incident(null, 1)]);
    const loud = of('loud', [incident('expected', 1, { mails: 9 })]);
    expect(worstFirst([unknown, good, bad, loud]).map(({ rule_id }) => rule_id)).toEqual([
      ...['loud', 'bad', 'good', 'unknown'],
    ]);
  });
});

describe('a suggestion', () => {
  const rules = { rules: [limits, deviation] };
  const suggested = {
    ...review(limits, []),
    suggestion: { field: 'high' as const, from: 5_000, to: 6_200, fewer: 2 },
  };
  const plain = review(deviation, []);

  it('changes its rule and no other; without one there is nothing to try', () => {
    expect(suggestedRules(rules, [suggested, plain])).toEqual({
      rules: [{ ...limits, high: 6_200 }, deviation],
    });
    expect(suggestedRules(rules, [plain])).toBeUndefined();
  });

  it('stands beside what the archived records would have given', () => {
    const counter = new Counter();
    const { total } = { total: counter.total(7) };
    const replayed = (mails: number, incidents: number) => ({
      ...{ total, unreadable: 0 },
      by_rule: counter.byRule([limits], 7).map((figures) => ({ ...figures, mails, incidents })),
    });
    const done = {
      ...{ records: 1, duplicates: 0, from: 'a', to: 'b', days: 7, seconds: 1 },
      ...{ rules: replayed(3, 2), against: replayed(41, 21) },
    };
    expect(tried([suggested, plain], done)).toMatchObject([
      {
        rule_id: 'amount-limit',
        backtest: { days: 7, mails_now: 41, mails_suggested: 3, incidents_now: 21, incidents_suggested: 2 },
      },
      { rule_id: 'odd', backtest: null },
    ]);
    expect(tried([suggested], undefined)).toMatchObject([{ backtest: null }]);
  });
});
