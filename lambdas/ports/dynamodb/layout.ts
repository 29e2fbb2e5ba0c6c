/**
 * The table's layout, in one place.
 *
 * | item     | pk                   | sk       | made for                                             |
 * | -------- | -------------------- | -------- | ---------------------------------------------------- |
 * | incident | INC#<incident_id>    | incident | the incident; in `by-entity`, while open in `by-open` |
 * | open     | FP#<fingerprint>     | open     | at most one open incident a fingerprint              |
 * | seen     | SEEN#<anomaly_id>    | seen     | each anomaly counts once                             |
 * | outbox   | OUT#<alert_id>       | outbox   | what must be said; until sent or failed in `by-unsent` |
 *
 * The sparse index keys are spread over a few partitions, so that a storm does not meet one hot key.
 */
import * as z from 'zod/mini';
import { AlertRequest } from '../../../contracts/alert.ts';
import { Incident } from '../../../contracts/incident.ts';

export const INDEX = { entity: 'by-entity' } as const;

/** Indexes that hold only what still needs a look: name, partition key and its values' prefix, sort key. */
export const SPARSE = {
  open: { index: 'by-open', key: 'open_pk', prefix: 'OPEN', sort: 'last_seen_at' },
  unsent: { index: 'by-unsent', key: 'unsent_pk', prefix: 'UNSENT', sort: 'created_at' },
} as const;

/** Partitions of a sparse index. */
export const SPREAD = 4;

export const IncidentItem = z.object({ incident: Incident });
export const OpenItem = z.object({ incident_id: z.string() });
export const OutboxItem = z.object({
  type: z.literal('outbox'),
  request: AlertRequest,
  created_at: z.string(),
  state: z.enum(['pending', 'claimed', 'sent', 'failed']),
  claimed_at: z.optional(z.string()),
});

export const incidentKey = (incidentId: string) => ({ pk: `INC#${incidentId}`, sk: 'incident' });
export const openKey = (fingerprint: string) => ({ pk: `FP#${fingerprint}`, sk: 'open' });
export const seenKey = (anomalyId: string) => ({ pk: `SEEN#${anomalyId}`, sk: 'seen' });
export const outboxKey = (alertId: string) => ({ pk: `OUT#${alertId}`, sk: 'outbox' });
export const entityKey = (source: string, entity: string) => JSON.stringify([source, entity]);
export const alertIdOf = (incident: Incident) => `${incident.incident_id}.${incident.sequence}`;

/** One of the index' partitions, the same for the same id. */
export function partition(name: string, id: string): string {
  let sum = 0;
  for (const character of id) sum += character.charCodeAt(0);
  return `${name}#${sum % SPREAD}`;
}

/** All partitions of a sparse index. */
export const partitions = (name: string) => Array.from({ length: SPREAD }, (_, index) => `${name}#${index}`);

/** The fields of a new outbox line, all but its state. */
export function outboxLine(request: AlertRequest, now: Date, keepDays: number) {
  return {
    ...outboxKey(request.alert_id),
    type: 'outbox',
    request,
    created_at: now.toISOString(),
    unsent_pk: partition(SPARSE.unsent.prefix, request.alert_id),
    expires_at: expiry(now, keepDays),
  };
}

/** Seconds since 1970, `days` after the instant: what the table's time to live reads. */
export const expiry = (now: Date, days: number) => Math.floor(now.getTime() / 1000) + days * 86_400;
