/** Where incidents, their timelines and the marks of seen anomalies are kept. Every adapter passes test/ports/conformance. */
import type { AlertKind } from '../../../contracts/alert.ts';
import type { Anomaly } from '../../../contracts/anomaly.ts';
import {
  type Correction,
  type Incident,
  isUnresolved,
  type Resolution,
  type TimelineEntry,
} from '../../../contracts/incident.ts';
import type { AlarmType, Severity } from '../../../contracts/shared.ts';
import { TocsinError } from '../../errors.ts';
import { isBeat } from '../../incidents/beat.ts';
import type { Group } from '../../incidents/hold.ts';
import type { Subject } from '../../incidents/matcher.ts';

/** What is known of a fingerprint. */
export interface Known {
  /** Its unresolved incident. */
  readonly open: Incident | undefined;
  /** Without an unresolved incident: the anomaly that last cleared it, kept for as long as older ones may still arrive. */
  readonly cleared: Anomaly | undefined;
  /** Without an unresolved incident: the one that ended last, kept as long. */
  readonly last?: Incident | undefined;
}

/** A change of one incident. All of it is stored, or nothing. */
export interface Change {
  /** The incident as it shall be; its `version` is one above the stored one, or 1 for a new one. */
  readonly incident: Incident;
  /** As it was. Absent for a new one; absent too where only the anomaly count or the end of an open one changes. */
  readonly before?: Incident;
  /** The anomaly that caused it; absent when time or people did. Remembered, so that it counts once. */
  readonly anomaly?: Anomaly;
  /** What must be said, as message number `incident.sequence`. */
  readonly say?: AlertKind;
  /** Other incidents that the message tells of. */
  readonly covers?: readonly string[];
  readonly entry?: TimelineEntry;
  readonly corrections?: readonly Correction[];
  /** The group that shares e-mails, as it becomes; `conflict` unless it still is as it was. */
  readonly group?: { readonly before: Group | undefined; readonly after: Group };
  /** What keeps others silent from now on; null: no longer. Absent: as before. */
  readonly parent?: Subject | null;
  readonly now: Date;
}

/**
 * `duplicate`: the anomaly was counted before, nothing was stored.
 * `conflict`: somebody else changed the incident first, nothing was stored; read again and decide again.
 */
export type CommitResult = 'committed' | 'duplicate' | 'conflict';

/** What an incident says about its rule. */
export interface RuleIncident {
  readonly incident_id: string;
  readonly opened_at: string;
  readonly entity: string;
  readonly metric: string;
  /** Messages so far. */
  readonly mails: number;
  readonly resolution: Resolution | null;
  readonly worst_value: number;
  /** In σ (deviation only). */
  readonly worst_score: number | null;
  readonly alarm_type: AlarmType;
}

/** @returns the entry of a change that is news about its rule, or undefined */
export function ruleIncidentOf({ incident, before, say }: Change): RuleIncident | undefined {
  if (isBeat(incident)) return undefined;
  if (say === undefined && incident.resolution === (before?.resolution ?? null)) return undefined;
  const { incident_id, opened_at, first, sequence, resolution, worst } = incident;
  const { entity, metric } = first;
  const { value: worst_value, score: worst_score, alarm_type } = worst;
  const about = { incident_id, opened_at, entity, metric, mails: sequence, resolution };
  return { ...about, worst_value, worst_score, alarm_type };
}

/** True when the change begins what only the daily digest tells of. */
export function isForDailyDigest({ incident, before }: Change): boolean {
  const begins = incident.version === 1 || (before !== undefined && !isUnresolved(before));
  return incident.route === 'digest' && isUnresolved(incident) && begins && !isBeat(incident);
}

/** Key of the group that a message of the incident waits for. */
export function heldBy(incident: Incident | undefined): string | undefined {
  return incident?.hold?.reason === 'group' ? incident.hold.detail : undefined;
}

export interface IncidentStore {
  /** What is known of a fingerprint, as of the last commit. */
  recall(fingerprint: string): Promise<Known>;
  get(incidentId: string): Promise<Incident | undefined>;
  /** Stores a change; at most one unresolved incident a fingerprint, each anomaly once, each message number once. */
  commit(change: Change): Promise<CommitResult>;
  /** Keeps an anomaly that cleared what is not open, see {@link Known}; `conflict` when an incident is open. */
  rememberCleared(fingerprint: string, anomaly: Anomaly, now: Date): Promise<'committed' | 'conflict'>;
  /** Newest first, of all of an entity's metrics and rules; at most `limit`. May lag a moment behind. */
  historyOf(source: string, entity: string, limit: number): Promise<readonly Incident[]>;
  /**
   * Incidents of a source that are unresolved and began between the instants, or ended between them without staff;
   * newest first. At most `limit` of all sources are looked through a list, so that in a storm some are missing.
   */
  around(source: string, from: Date, to: Date, limit: number): Promise<readonly Incident[]>;
  /** Unresolved incidents last seen before the instant; at most `limit`, the longest silent first. */
  quietSince(before: Date, limit: number): Promise<readonly Incident[]>;
  /** Incidents whose next look is due at the instant; at most `limit`, the longest due first. May lag behind. */
  dueAt(now: Date, limit: number): Promise<readonly Incident[]>;
  /** Unresolved incidents of a severity, newest first; at most `limit`. May lag a moment behind. */
  unresolved(severity: Severity, limit: number): Promise<readonly Incident[]>;
  /** Resolved incidents of a resolver (a person, or `tocsin`), the newest end first; at most `limit`. May lag behind. */
  resolvedBy(resolver: string, limit: number): Promise<readonly Incident[]>;
  /** Incidents of a rule that were mailed or judged and opened at the instant or later, newest first; at most `limit`. */
  ofRule(ruleId: string, since: Date, limit: number): Promise<readonly RuleIncident[]>;
  /** Ids of incidents for the daily digest that began, or began again, from the one instant to before the other. */
  warnedBetween(from: Date, to: Date): Promise<readonly string[]>;
  /** Who changed what, when and why; oldest first. */
  timelineOf(incidentId: string): Promise<readonly TimelineEntry[]>;
  /** Corrections of stored values by a person, newest first; at most `limit`. May lag a moment behind. */
  correctionsBy(person: string, limit: number): Promise<readonly Correction[]>;
}

/** The store did not answer, or refused for now. */
export class StoreUnavailable extends TocsinError {
  override readonly name = 'StoreUnavailable';
  readonly retryable = true;
}
