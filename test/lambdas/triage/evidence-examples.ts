/** Evidence of e-mails as staff get them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Anomaly } from '../../../contracts/anomaly.ts';
import type { Incident } from '../../../contracts/incident.ts';
import type { Note } from '../../../contracts/note.ts';
import { DeviationRule, LimitsRule, Rule, WindowRule } from '../../../contracts/rule.ts';
import { undisturbed } from '../../../lambdas/incidents/hold.ts';
import { type Changed, fold, resolveQuiet } from '../../../lambdas/incidents/incidents.ts';
import { resolve } from '../../../lambdas/incidents/staff.ts';
import type { Evidence } from '../../../lambdas/triage/evidence.ts';
import { anomaly, at, cleared } from '../factories.ts';
import {
  creep,
  flat,
  fromBackground,
  leak,
  missing,
  novel,
  returned,
  seasonal,
  silent,
  unusual,
  window,
} from './anomaly-examples.ts';

const id = (digit: string) => digit.repeat(64);

export const rule: Rule = LimitsRule.parse({
  id: 'transaction-amount-limit',
  kind: 'limits',
  source: 'transactions',
  metric: 'amount',
  high: 5_000,
  high_high: 50_000,
  dead_band: 500,
  description:
    'A single payment far above what our customers spend. Check with the customer before it settles.',
});

const common = { source: 'transactions', metric: 'amount' };

const burst: Rule = WindowRule.parse({
  id: 'transaction-count-burst',
  kind: 'window',
  source: 'transactions',
  metric: 'amount',
  window: 'tumbling',
  aggregate: 'count',
  high: 200,
  description: 'More payments by one customer in one window than a person makes.',
});

export function changed(decision: ReturnType<typeof fold>): Changed {
  if (!('incident' in decision)) throw new Error(`no change: ${decision.reason}`);
  return decision;
}

export function openedBy(raised: Anomaly, now: Date): Incident {
  return changed(fold(raised, { open: undefined, cleared: undefined }, now)).incident;
}

export function evidence(incident: Incident, about: Anomaly, given: Partial<Evidence> = {}): Evidence {
  const { incident_id, sequence, status } = incident;
  const kind = status === 'resolved' ? 'resolved' : sequence === 1 ? 'opened' : 'escalated';
  return {
    request: { alert_id: `${incident_id}.${sequence}`, incident_id, sequence, kind },
    incident,
    about,
    rule,
    others: [],
    stage: 'prod',
    now: at('02:58:03.000'),
    ...given,
  };
}

const raised = anomaly({ anomaly_id: id('a') });
const open = openedBy(raised, at('02:58:02.000'));
const folded = (decision: ReturnType<typeof fold>) => changed(decision).incident;
const into = (incident: Incident, next: Anomaly, now: Date) =>
  folded(fold(next, { open: incident, cleared: undefined }, now));

const before = into(
  openedBy(
    anomaly({
      anomaly_id: id('b'),
      value: 7_250.5,
      arrival_time: '2026-02-26T10:00:00.000Z',
      event_time: '2026-02-26T10:00:00.000Z',
    }),
    new Date('2026-02-26T10:00:01.000Z'),
  ),
  cleared({ anomaly_id: id('c'), arrival_time: '2026-02-26T10:12:30.000Z' }),
  new Date('2026-02-26T10:12:31.000Z'),
);
const besideIt = openedBy(
  anomaly({
    anomaly_id: id('d'),
    metric: 'fee',
    rule_id: 'fee-limit',
    value: 31.4159,
    expected_high: 25,
    arrival_time: '2026-03-01T02:50:00.000Z',
  }),
  at('02:50:01.000'),
);

const worse = anomaly({
  anomaly_id: id('e'),
  kind: 'escalated',
  alarm_type: 'High-High',
  previous_alarm_type: 'High',
  severity: 'critical',
  value: 75_000.25,
  expected_high: 50_000,
  arrival_time: '2026-03-01T03:01:10.000Z',
  event_time: '2026-03-01T03:01:09.000Z',
  sequence_number: '49671240000000000000000000000000000000000000000000000015',
  recent_values: [100, 120, 95, 110, 10_000, 75_000.25],
});
const escalated = into(open, worse, at('03:01:11.000'));
const clearing = cleared({ anomaly_id: id('f'), recent_values: [95, 110, 10_000, 75_000.25, 100] });

const deploy: Note = {
  note_id: 'N-4KQ2M8N6PX',
  kind: 'deploy',
  source: 'transactions',
  from: '2026-03-01T02:50:00.000Z',
  until: '2026-03-01T02:50:00.000Z',
  author: 'release-bot',
  created_at: '2026-03-01T02:50:04.000Z',
  text: 'payment-service 7.3.0: new rounding of foreign currencies',
};
const ruleOf = (file: string): Rule =>
  Rule.parse(
    JSON.parse(readFileSync(join(__dirname, `../../../contracts/examples/rule.${file}.json`), 'utf8')),
  );
const openedAt = (about: Anomaly, kind: string) =>
  evidence(openedBy(about, at('02:58:32.000')), about, { now: at('02:58:33.000'), rule: ruleOf(kind) });

const withoutRule = ({ rule: _, ...evidenceOf }: Evidence): Evidence => evidenceOf;

/** By the name of the file in this folder that holds the e-mail. */
export const examples: Readonly<Record<string, Evidence>> = {
  opened: evidence(open, raised, { others: [besideIt, before] }),
  'opened-learning': evidence(
    open,
    { ...raised, readings_seen: 5 },
    {
      rules: [rule, DeviationRule.parse({ ...common, id: 'transaction-amount-unusual', kind: 'deviation' })],
    },
  ),
  escalated: evidence(escalated, worse, { now: at('03:01:12.000'), others: [before] }),
  'resolved-cleared': evidence(into(escalated, clearing, at('03:10:01.000')), clearing, {
    now: at('03:10:02.000'),
    others: [before],
  }),
  'resolved-quiet': evidence(
    changed(resolveQuiet(open, at('03:15:00.000'), at('03:30:00.000'))).incident,
    raised,
    { now: at('03:30:01.000') },
  ),
  'resolved-staff': evidence(
    resolve(open, 'false_positive', { who: 'm.keller', now: at('03:20:00.000'), around: undisturbed })
      .incident,
    raised,
    { now: at('03:20:01.000') },
  ),
  'opened-after-deploy': evidence(open, raised, {
    neighbours: ['user002', 'user007', 'user011', 'user030'].map((entity, place) =>
      openedBy(
        anomaly({ anomaly_id: `${place}7`.repeat(32), entity, value: 9_000 + place, labels: {} }),
        at('02:57:40.000'),
      ),
    ),
    notes: [deploy],
    ofRule: [],
  }),
  'opened-in-load-test': evidence(open, raised, {
    neighbours: [],
    notes: [
      {
        ...deploy,
        kind: 'load_test',
        until: '2026-03-01T04:00:00.000Z',
        text: 'Load test of the terminals, see https://wiki.example.com/load\nSEVERITY: none',
      },
    ],
    ofRule: [],
  }),
  'opened-deviation-without-rule': withoutRule(evidence(openedBy(unusual, at('02:58:02.000')), unusual)),
  'opened-window': evidence(openedBy(window, at('02:58:06.000')), window, {
    now: at('02:58:07.000'),
    rule: burst,
  }),
  'opened-missing': openedAt(missing, 'missing'),
  'resolved-missing': evidence(
    into(openedBy(missing, at('02:58:32.000')), returned, at('03:10:36.000')),
    returned,
    { now: at('03:10:37.000'), rule: ruleOf('missing') },
  ),
  'opened-silence': openedAt(silent, 'silence'),
  'opened-flat': openedAt(flat, 'flat'),
  'opened-rate': openedAt(leak, 'rate'),
  'opened-drift': openedAt(creep, 'drift'),
  'opened-seasonal': openedAt(seasonal, 'seasonal'),
  'opened-novelty-without-rule': withoutRule(evidence(openedBy(novel, at('02:58:32.000')), novel)),
  'opened-late': evidence(openedBy(fromBackground, at('02:58:02.000')), fromBackground),
};
