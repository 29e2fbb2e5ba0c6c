/** Digests as staff get them. */
import type { Alert, AlertKind } from '../../../contracts/alert.ts';
import type { Anomaly } from '../../../contracts/anomaly.ts';
import type { Incident } from '../../../contracts/incident.ts';
import { incidentIdOf } from '../../../lambdas/incidents/incidents.ts';
import type { OutboxLine } from '../../../lambdas/ports/outbox/port.ts';
import { dailyAlert, stormAlert } from '../../../lambdas/triage/digest.ts';
import { compose } from '../../../lambdas/triage/triage.ts';
import { anomaly, at, cleared } from '../factories.ts';
import { evidence, openedBy } from './evidence-examples.ts';

const id = (index: number) => index.toString(16).padStart(64, '0');

function paymentOf(index: number): Anomaly {
  const entity = `user${String(index).padStart(3, '0')}`;
  const isWorst = index % 40 === 7;
  return anomaly({
    anomaly_id: id(index),
    entity,
    value: 5_000 + index * 10,
    ...(isWorst && {
      severity: 'critical',
      alarm_type: 'High-High',
      value: 60_000 + index,
      expected_high: 50_000,
    }),
  });
}

function line(about: Anomaly, kind: AlertKind, sequence: number, of = about): OutboxLine {
  const incident_id = incidentIdOf(of);
  const request = { alert_id: `${incident_id}.${sequence}`, incident_id, sequence, kind };
  return { request, about, created_at: '2026-03-01T02:58:02.000Z', state: 'parked', requeues: 0 };
}

const payments = Array.from({ length: 120 }, (_, index) => paymentOf(index));
const [first = paymentOf(0), second = paymentOf(1), third = paymentOf(2)] = payments;
const end = (of: Anomaly) => cleared({ anomaly_id: id(900), entity: of.entity });

const storm = [
  ...payments.map((about) => line(about, 'opened', 1)),
  line(end(first), 'resolved', 2, first),
  line(
    anomaly({
      anomaly_id: id(901),
      source: 'host',
      entity: 'web-1',
      metric: 'cpu_percent',
      rule_id: 'cpu-limit',
    }),
    'escalated',
    2,
  ),
];

const incidents: readonly Incident[] = [first, second].map((about) =>
  openedBy({ ...about, route: 'digest' }, at('02:58:02.000')),
);
const over: Incident = {
  ...openedBy({ ...third, route: 'digest' }, at('02:50:00.000')),
  status: 'resolved',
  resolved_at: '2026-03-01T02:55:00.000Z',
  resolved_by: 'cleared',
};
const day = { from: '2026-02-28T07:00:00.000Z', to: '2026-03-01T07:00:00.000Z' };

const worst = openedBy(second, at('02:58:02.000'));
const grouped = evidence(worst, second, {
  request: {
    alert_id: `${worst.incident_id}.2`,
    incident_id: worst.incident_id,
    sequence: 2,
    kind: 'digest',
  },
  covered: { incidents: [openedBy(third, at('02:58:12.000'))], count: 3 },
});
const reminder = evidence(worst, second, {
  request: {
    alert_id: `${worst.incident_id}.2`,
    incident_id: worst.incident_id,
    sequence: 2,
    kind: 'reminder',
  },
  now: at('05:58:03.000'),
});

/** By the name of the file in this folder that holds the e-mail. */
export const digestExamples: Readonly<Record<string, Alert>> = {
  reminder: compose(reminder, { kind: 'none' }),
  'digest-group': compose(grouped, { kind: 'none' }),
  'digest-storm': stormAlert('D-0123456789', storm, 'prod', at('02:59:00.000')),
  'digest-ends': stormAlert(
    'D-0123456789',
    [line(end(second), 'resolved', 2, second)],
    'prod',
    at('03:11:00.000'),
  ),
  'digest-daily': dailyAlert('D-0123456789', [...incidents, over], day, 'prod'),
};
