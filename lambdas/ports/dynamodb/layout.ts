/**
 * The table's layout, in one place.
 *
 * | item        | pk                 | sk                        | made for                                                |
 * | ----------- | ------------------ | ------------------------- | ------------------------------------------------------- |
 * | incident    | INC#<incident_id>  | incident                  | the incident; in `by-entity` and `by-list`; while unresolved in `by-open`; in `by-due` while a look is due |
 * | outbox      | INC#<incident_id>  | outbox#<number>           | what must be said; until sent, failed or in a digest in `by-unsent` |
 * | event       | INC#<incident_id>  | event#<version>           | the timeline: who changed what, when, why               |
 * | correction  | INC#<incident_id>  | correction#<version>#<n>  | what a person corrected; in `by-list`                   |
 * | analysis    | INC#<incident_id>  | analysis                  | the one call of a text model about the incident, claimed before it is made |
 * | fingerprint | FP#<fingerprint>   | fingerprint               | at most one unresolved incident; when closed, the last one and what cleared it |
 * | seen        | SEEN#<anomaly_id>  | seen                      | each anomaly counts once                                |
 * | rule        | RULE#<rule_id>     | <opened_at>#<incident_id> | what an incident says about its rule                    |
 * | finding     | RES#<record>       | finding#<anomaly_id>      | what a tier found of a record; in `by-list`             |
 * | sample      | RES#<record>       | sample                    | a record kept by chance; in `by-list`                   |
 * | judged      | RES#<record>       | judged                    | what triage made of it                                  |
 * | note        | NOTE#<note_id>     | note                      | a deploy, load test or other note; in `by-list`         |
 * | silence     | HOLDS              | silence#<silence_id>      | when staff want no mail                                 |
 * | parent      | HOLDS              | parent#<incident_id>      | an unresolved incident that keeps others silent         |
 * | group       | GROUP#<key>        | group                     | when incidents that share e-mails were mailed last      |
 * | held        | GROUP#<key>        | held#<incident_id>        | an incident whose message waits for its group           |
 * | warned      | WARNED#<0-3>       | <time>#<incident_id>      | an incident for the daily digest                        |
 * | channel     | CHANNEL            | channel                   | the token bucket, and whether there is a storm          |
 * | draft       | DIGEST#<digest_id> | draft                     | a digest and the messages that it tells of              |
 * | budget      | BUDGET             | budget#<day or month>     | what text models were paid, or may yet be |
 *
 * Outbox lines share their incident's partition, so that the table's stream brings them in order. Incidents and
 * anomalies are JSON text: a DynamoDB number holds fewer values than a double, and a metric may have any of those.
 * The sparse index keys are spread over a few partitions, so that a storm does not meet one hot key.
 * `by-list` holds what people list: unresolved incidents by severity, resolved ones by resolver, corrections by person, results by status, notes.
 */
import * as z from 'zod/mini';
import { Alert, AlertRequest } from '../../../contracts/alert.ts';
import { Anomaly } from '../../../contracts/anomaly.ts';
import { Correction, Incident, Resolution, TimelineEntry } from '../../../contracts/incident.ts';
import { AlarmType, type Severity } from '../../../contracts/shared.ts';
import { jsonText } from '../../parse-env.ts';

export const INDEX = { entity: 'by-entity' } as const;

/** Indexes that hold only what still needs a look: name, partition key and its values' prefix, sort key. */
export const SPARSE = {
  open: { index: 'by-open', key: 'open_pk', prefix: 'OPEN', sort: 'last_seen_at' },
  due: { index: 'by-due', key: 'due_pk', prefix: 'DUE', sort: 'due_at' },
  unsent: { index: 'by-unsent', key: 'unsent_pk', prefix: 'UNSENT', sort: 'created_at' },
  /** In the same index, by keys of their own: what waits for a digest must not hide from the sweep what was forgotten. */
  parked: { index: 'by-unsent', key: 'unsent_pk', prefix: 'PARKED', sort: 'created_at' },
} as const;

/** What people list: the value that a list's keys start with. */
export const LIST = {
  index: 'by-list',
  key: 'list_pk',
  sort: 'list_at',
  unresolved: (severity: Severity) => `UNRESOLVED#${severity}`,
  resolved: (resolver: string) => `RESOLVED#${resolver}`,
  modified: (person: string) => `MODIFIED#${person}`,
  results: (status: 'normal' | 'anomaly') => `RESULTS#${status}`,
  notes: 'NOTES',
} as const;

/** Partitions of a sparse index and of a list. */
const SPREAD = 4;

export const IncidentItem = z.object({ incident: jsonText(Incident) });
export const EventItem = z.object({ entry: jsonText(TimelineEntry) });
export const CorrectionItem = z.object({ correction: jsonText(Correction) });
export const FingerprintItem = z.object({
  incident_id: z.optional(z.string()),
  /** The incident that ended last. */
  last_id: z.optional(z.string()),
  cleared: z.optional(jsonText(Anomaly)),
});
export const OutboxItem = z.object({
  type: z.literal('outbox'),
  request: AlertRequest,
  about: z.exactOptional(jsonText(Anomaly)),
  covers: z.exactOptional(z.array(z.string())),
  caused_at: z.exactOptional(z.string()),
  created_at: z.string(),
  state: z.enum(['pending', 'claimed', 'sent', 'failed', 'parked', 'in_digest']),
  claimed_at: z.exactOptional(z.string()),
  alert: z.exactOptional(jsonText(Alert)),
  parked_at: z.exactOptional(z.string()),
  parked_because: z.exactOptional(z.enum(['storm', 'behind-parked', 'told-in-digest', 'after-storm'])),
  digest_id: z.exactOptional(z.string()),
  requeues: z._default(z.int(), 0),
  requeued_at: z.exactOptional(z.string()),
});

export const RuleIncidentItem = z.object({
  rule_incident: jsonText(
    z.object({
      incident_id: z.string(),
      opened_at: z.string(),
      entity: z.string(),
      metric: z.string(),
      mails: z.int(),
      resolution: z.nullable(Resolution),
      worst_value: z.number(),
      worst_score: z.nullable(z.number()),
      alarm_type: AlarmType,
    }),
  ),
});

export const incidentKey = (incidentId: string) => ({ pk: `INC#${incidentId}`, sk: 'incident' });
export const analysisKey = (incidentId: string) => ({ pk: `INC#${incidentId}`, sk: 'analysis' });
export const budgetKey = (period: string) => ({ pk: 'BUDGET', sk: `budget#${period}` });
export const fingerprintKey = (fingerprint: string) => ({ pk: `FP#${fingerprint}`, sk: 'fingerprint' });
export const eventKey = (incidentId: string, version: number) => ({
  pk: `INC#${incidentId}`,
  sk: `event#${String(version).padStart(8, '0')}`,
});
export const correctionKey = (incidentId: string, version: number, place: number) => ({
  pk: `INC#${incidentId}`,
  sk: `correction#${String(version).padStart(8, '0')}#${place}`,
});
export const ruleKey = (ruleId: string, openedAt: string, incidentId: string) => ({
  pk: `RULE#${ruleId}`,
  sk: `${openedAt}#${incidentId}`,
});
export const resultKey = (resultId: string, part: string) => ({ pk: `RES#${resultId}`, sk: part });
export const resultIdIn = (pk: string) => pk.slice('RES#'.length);
export const noteKey = (noteId: string) => ({ pk: `NOTE#${noteId}`, sk: 'note' });
export const silenceKey = (silenceId: string) => ({ pk: 'HOLDS', sk: `silence#${silenceId}` });
export const parentKey = (incidentId: string) => ({ pk: 'HOLDS', sk: `parent#${incidentId}` });
export const groupKey = (key: string) => ({ pk: `GROUP#${key}`, sk: 'group' });
export const heldKey = (key: string, incidentId: string) => ({
  pk: `GROUP#${key}`,
  sk: `held#${incidentId}`,
});
export const CHANNEL_KEY = { pk: 'CHANNEL', sk: 'channel' } as const;
export const draftKey = (digestId: string) => ({ pk: `DIGEST#${digestId}`, sk: 'draft' });
export const WARNED = 'WARNED';
export const warnedKey = (at: string, incidentId: string) => ({
  pk: partition(WARNED, incidentId),
  sk: `${at}#${incidentId}`,
});
export const seenKey = (anomalyId: string) => ({ pk: `SEEN#${anomalyId}`, sk: 'seen' });
export const entityKey = (source: string, entity: string) => JSON.stringify([source, entity]);
/** What the keys of all entities of a source begin with. */
export const entityKeyBeginning = (source: string) => `${JSON.stringify([source]).slice(0, -1)},`;
export const alertIdOf = (incidentId: string, sequence: number) => `${incidentId}.${sequence}`;

/** Numbers of five digits, so that they sort; a longer one is still its own key. */
export function outboxKey(alertId: string) {
  const dot = alertId.lastIndexOf('.');
  return { pk: `INC#${alertId.slice(0, dot)}`, sk: `outbox#${alertId.slice(dot + 1).padStart(5, '0')}` };
}

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
    expires_at: expiryAfterDays(now, keepDays),
  };
}

/** Seconds since 1970, so many days after the instant: what the table's time to live reads. */
export const expiryAfterDays = (now: Date, days: number) => expiryAfterHours(now, days * 24);
export const expiryAfterHours = (now: Date, hours: number) =>
  Math.floor(now.getTime() / 1000) + hours * 3_600;
