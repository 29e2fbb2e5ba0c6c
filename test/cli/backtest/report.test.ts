import type { Backtest } from '../../../cli/backtest/backtest.ts';
import { Counter } from '../../../cli/backtest/figures.ts';
import type { Replayed } from '../../../cli/backtest/replay.ts';
import { report, sentence } from '../../../cli/backtest/report.ts';
import { Rule } from '../../../contracts/index.ts';
import { fold } from '../../../lambdas/incidents/incidents.ts';
import { anomaly } from '../../lambdas/factories.ts';

const DAYS = 7;
const common = { source: 'transactions', metric: 'amount' };
const limit = Rule.parse({ ...common, id: 'amount-limit', kind: 'limits', high: 5_000 });
const unusual = Rule.parse({ ...common, id: 'amount-unusual', kind: 'deviation', route: 'digest' });
const off = Rule.parse({ ...common, id: 'amount-off', kind: 'deviation', enabled: false });

/** A replay in which each rule opened so many incidents, each with two e-mails where it pages. */
function replayed(counts: ReadonlyArray<readonly [Rule, number]>): Replayed {
  const counter = new Counter();
  for (const [rule, incidents] of counts) {
    for (let number = 0; number < incidents; number++) {
      const raised = anomaly({ rule_id: rule.id, route: rule.route });
      counter.anomaly(raised);
      const opened = fold(raised, { open: undefined, cleared: undefined }, new Date());
      if ('incident' in opened) counter.ended(opened.incident);
      if (rule.route !== 'page') continue;
      const at = new Date(Date.UTC(2026, 2, 2 + (number % DAYS)));
      const mail = { alert_id: '', incident_id: '', rule_id: rule.id, at };
      counter.mail({ ...mail, kind: 'opened' });
      counter.mail({ ...mail, kind: 'resolved' });
    }
  }
  const rules = counts.map(([rule]) => rule);
  return { total: counter.total(DAYS), by_rule: counter.byRule(rules, DAYS), unreadable: 3 };
}

const of = (rules: Replayed, against?: Replayed): Backtest => ({
  records: 60_480,
  duplicates: 0,
  from: '2026-03-02T00:00:00.000Z',
  to: '2026-03-09T00:00:00.000Z',
  days: DAYS,
  rules,
  ...(against && { against }),
  seconds: 10,
});

describe('the report of a backtest', () => {
  it('has a line for each rule, also for those that said nothing, and ends with the sentence', () => {
    const text = report({
      backtest: of(
        replayed([
          [limit, 20],
          [unusual, 1],
          [off, 0],
        ]),
      ),
      rulesFile: 'rules.json',
      stage: 'dev',
    });
    expect(text).toBe(
      [
        'Backtest of rules.json (stage dev)',
        '60,480 records that arrived from 2026-03-02 00:00 to 2026-03-09 00:00 UTC: 7 days',
        '',
        'rule             goes to    raised   incidents   critical   e-mails   a day',
        '───────────────────────────────────────────────────────────────────────────',
        'amount-limit     e-mail         20          20          0        40     5.7',
        'amount-unusual   digest          1           1          0         0       0',
        'amount-off       disabled        0           0          0         0       0',
        '───────────────────────────────────────────────────────────────────────────',
        'all rules                       21          21          0        40     5.7',
        '',
        '3 records could not be read by any source.',
        'E-mails: 20 opened, 0 escalated, 20 resolved; the most on one day: 6, on 2026-03-02.',
        'These rules would have sent 40 e-mails in 7 days, for 20 incidents; 1 more incident would have gone to the digest.',
      ].join('\n'),
    );
  });

  it('shows what changes between two rule files, and what does not', () => {
    const backtest = of(
      replayed([
        [limit, 1],
        [unusual, 2],
      ]),
      replayed([
        [limit, 20],
        [off, 0],
      ]),
    );
    const text = report({ backtest, rulesFile: 'new.json', againstFile: 'old.json', stage: 'dev' });
    expect(text).toContain('Backtest of new.json, against old.json (stage dev)');
    expect(text).toMatch(/amount-limit +e-mail +20 → 1 +20 → 1 +0 +40 → 2 +5\.7 → 0\.3/);
    expect(text).toMatch(/amount-unusual +no rule → digest +- → 2 +- → 2/);
    expect(text).toMatch(/amount-off +disabled → no rule +0 → -/);
    expect(text.split('\n').at(-1)).toBe('This change would have sent 2 e-mails in 7 days instead of 40.');
  });
});

describe('the sentence', () => {
  const one = replayed([[limit, 1]]);
  it('says when nothing changes', () => {
    expect(sentence({ backtest: of(one, one) })).toBe(
      'This change would have sent as many e-mails in 7 days as before: 2.',
    );
  });
  it('says when there is nothing to say', () => {
    expect(sentence({ backtest: of(replayed([[limit, 0]])) })).toBe(
      'These rules would have sent no e-mail in 7 days.',
    );
  });
  it('counts short times in hours and minutes', () => {
    expect(sentence({ backtest: { ...of(one), days: 0.25 } })).toContain('in 6 hours');
    expect(sentence({ backtest: { ...of(one), days: 0.01 } })).toContain('in 14 minutes');
  });
});
