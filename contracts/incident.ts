/** What staff see: one unresolved incident for each fingerprint (source, entity, metric, rule; never a value). */
import * as z from 'zod/mini';
import { Anomaly } from './anomaly.ts';
import { AlarmType, Instant, Name, Route, Severity } from './shared.ts';

/** All but `resolved` are unresolved: the trouble is there, and anomalies are folded in. */
export const IncidentStatus = z.enum(['open', 'acknowledged', 'snoozed', 'resolved']);
export type IncidentStatus = z.infer<typeof IncidentStatus>;

/** `staff`: somebody said so; who, is the incident's `resolver`. */
export const ResolvedBy = z.enum(['cleared', 'quiet', 'staff']);
export type ResolvedBy = z.infer<typeof ResolvedBy>;

/** What staff found it to be; the precision of a rule is counted from it. */
export const Resolution = z.enum(['fixed', 'false_positive', 'expected']);
export type Resolution = z.infer<typeof Resolution>;

/** Why a message waits. */
export const HoldReason = z.enum(['silence', 'snoozed', 'inhibited', 'settling', 'flapping', 'group']);
export type HoldReason = z.infer<typeof HoldReason>;

/** A message that waits: it is decided anew at `until`, from what holds then. */
export const Hold = z.strictObject({
  kind: z.enum(['opened', 'escalated', 'reminder', 'resolved']),
  reason: HoldReason,
  /** The silence, the parent or the group that holds it. */
  detail: z.string(),
  since: Instant,
  until: Instant,
});
export type Hold = z.infer<typeof Hold>;

/** What staff were told last. */
export const Told = z.strictObject({
  state: z.enum(['burning', 'over']),
  severity: Severity,
  alarm_type: AlarmType,
  at: Instant,
  /** Id of the message. */
  alert_id: z.string(),
  /** True when that message told of other incidents, too. */
  in_digest: z.boolean(),
});
export type Told = z.infer<typeof Told>;

const nothing = <T extends z.core.SomeType>(schema: T) => z._default(z.nullable(schema), null);

export const Incident = z.strictObject({
  /** Made from the anomaly that opened it, so that a replay finds the same one. */
  incident_id: z.string().check(z.regex(/^T-[0-9A-Z]{10}$/, 'must be T- and ten letters or digits')),
  fingerprint: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  status: IncidentStatus,
  /** The worst severity that it has had. */
  severity: Severity,
  route: Route,
  opened_at: Instant,
  /** When the last anomaly was folded in; quiet counts from here. */
  last_seen_at: Instant,
  resolved_at: z.nullable(Instant),
  resolved_by: z.nullable(ResolvedBy),
  /** Who resolved it: a person, or `tocsin`. */
  resolver: nothing(Name),
  resolution: nothing(Resolution),
  acknowledged_by: nothing(Name),
  acknowledged_at: nothing(Instant),
  snoozed_until: nothing(Instant),
  /** When it was raised again after its end, newest last, at most the 20 newest. */
  reopened_at: z._default(z.array(Instant), []),
  anomaly_count: z.int(),
  /** Number of the newest message about it; a message carries the number it was made with. */
  sequence: z.int(),
  told: nothing(Told),
  /** The message that waits, if one does. */
  hold: nothing(Hold),
  /** When time alone may bring a message: the end of a hold or a snooze, or the next reminder. */
  next_look_at: nothing(Instant),
  /** Messages that waited until there was nothing left to say. */
  withheld: z._default(z.int(), 0),
  /** Grows with each write; the condition of the next. */
  version: z.int(),
  /** The anomaly that opened it, the newest, and the worst (last one while severity grew). */
  first: Anomaly,
  latest: Anomaly,
  worst: Anomaly,
});
export type Incident = z.infer<typeof Incident>;

export const isUnresolved = ({ status }: Pick<Incident, 'status'>): boolean => status !== 'resolved';

/** One entry of an incident's timeline: who changed what, when, and why. */
export const TimelineEntry = z.strictObject({
  incident_id: z.string(),
  /** The incident's version after the change. */
  version: z.int(),
  at: Instant,
  /** A person, or `tocsin`. */
  who: Name,
  action: z.string(),
  reason: z.string(),
  /** In a person's own words. */
  note: nothing(z.string()),
  status: IncidentStatus,
  /** The message that was written with the change. */
  said: nothing(z.string()),
  hold: nothing(Hold),
  anomaly_id: nothing(z.string()),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** A correction of a stored value, kept for good beside what it replaced. */
export const Correction = z.strictObject({
  incident_id: z.string(),
  version: z.int(),
  /** `severity`, `first.value`, `worst.value` … */
  field: z.string(),
  before: z.union([z.string(), z.number(), z.null()]),
  after: z.union([z.string(), z.number(), z.null()]),
  modified_by: Name,
  modified_at: Instant,
  reason: z.string().check(z.minLength(1)),
});
export type Correction = z.infer<typeof Correction>;
