/** Where incidents and the marks of seen anomalies are kept. Every adapter passes test/ports/incident-store. */
import type { AlertKind } from '../../../contracts/alert.ts';
import type { Incident } from '../../../contracts/incident.ts';
import { TocsinError } from '../../errors.ts';

/** A change of one incident. All of it is stored, or nothing. */
export interface Change {
  /** The incident as it shall be; its `version` is one above the stored one, or 1 for a new one. */
  readonly incident: Incident;
  /** The anomaly that caused it; absent when time did. Remembered, so that it counts once. */
  readonly anomalyId?: string;
  /** What must be said, as message number `incident.sequence`. */
  readonly say?: AlertKind;
  readonly now: Date;
}

/**
 * `duplicate`: the anomaly was counted before, nothing was stored.
 * `conflict`: somebody else changed the incident first, nothing was stored; read again and decide again.
 */
export type CommitResult = 'committed' | 'duplicate' | 'conflict';

export interface IncidentStore {
  /** The open incident of a fingerprint, as of the last commit. */
  findOpen(fingerprint: string): Promise<Incident | undefined>;
  get(incidentId: string): Promise<Incident | undefined>;
  /** Stores a change; at most one open incident a fingerprint, each anomaly once, each message number once. */
  commit(change: Change): Promise<CommitResult>;
  /** Newest first, of all of an entity's metrics and rules; at most `limit`. May lag a moment behind. */
  historyOf(source: string, entity: string, limit: number): Promise<readonly Incident[]>;
  /** Open incidents last seen before the instant; at most `limit`, the longest silent first. */
  quietSince(before: Date, limit: number): Promise<readonly Incident[]>;
}

/** The store did not answer, or refused for now. */
export class StoreUnavailable extends TocsinError {
  override readonly name = 'StoreUnavailable';
  readonly retryable = true;
}
