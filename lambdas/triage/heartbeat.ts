/** The message that a beat of the heartbeat ends as: figures for a function, no words for people. */
import { ALL, type Alert } from '../../contracts/alert.ts';
import { HeartbeatMessage } from '../../contracts/heartbeat.ts';
import type { Evidence } from './evidence.ts';

/** @throws when the anomaly does not carry a beat's labels */
export function heartbeatAlert({ request, incident, about, stage }: Evidence): Alert {
  const { beat_id, sent_at } = about.labels;
  return {
    ...request,
    attributes: {
      kind: 'heartbeat',
      severity: ALL,
      route: incident.route,
      source: about.source,
      entity: about.entity,
      rule_id: about.rule_id,
      owner: ALL,
    },
    subject: `[heartbeat] Tocsin ${stage}`,
    body: JSON.stringify(HeartbeatMessage.parse({ beat_id, sent_at })),
  };
}
