/** What must be said and how far it has come. Lines are written with the incident (see incident-store). */
import type { Alert, AlertRequest } from '../../../contracts/alert.ts';
import type { Anomaly } from '../../../contracts/anomaly.ts';
import type { ParkedBecause } from '../../notify/channel.ts';

/**
 * One message. `failed`: given up, or claimed and nobody knows whether the channel took it. `parked`: waits for a digest.
 * `in_digest`: a digest told of it.
 */
export interface OutboxLine {
  readonly request: AlertRequest;
  /** The anomaly that it tells of; absent for test messages. */
  readonly about?: Anomaly;
  /** The other incidents that a digest tells of. */
  readonly covers?: readonly string[];
  /** Arrival of the record that caused it; absent where time did, and for test messages. */
  readonly caused_at?: string;
  readonly created_at: string;
  readonly state: 'pending' | 'claimed' | 'sent' | 'failed' | 'parked' | 'in_digest';
  readonly claimed_at?: string;
  /** Its words, where it was written with them (digests). */
  readonly alert?: Alert;
  readonly parked_at?: string;
  readonly parked_because?: ParkedBecause;
  /** The digest that told of it. */
  readonly digest_id?: string;
  /** How often, and when last, the sweep queued it again. */
  readonly requeues: number;
  readonly requeued_at?: string;
}

/** `not-pending`: another sender has it, or had it. `too-early`: the message before it still waits to be sent, or for a digest. */
export type ClaimResult =
  | { readonly outcome: 'claimed'; readonly line: OutboxLine }
  | { readonly outcome: 'not-pending' }
  | { readonly outcome: 'too-early' };

export interface Outbox {
  find(alertId: string): Promise<OutboxLine | undefined>;
  /**
   * Lines written before the instant that are neither sent, failed nor parked, and of these the wanted ones, oldest first; at
   * most `limit`. Those that are not wanted hide none that is, but for many thousands of them.
   */
  unsentBefore(
    before: Date,
    limit: number,
    isWanted: (line: OutboxLine) => boolean,
  ): Promise<readonly OutboxLine[]>;
  /** Takes a line for sending; exactly one caller gets it. A line that does not exist is made (test messages have none). */
  claim(request: AlertRequest, now: Date): Promise<ClaimResult>;
  /** Says that the claimed message was accepted, with the id that the channel gave it. */
  confirm(alertId: string, messageId: string, now: Date): Promise<void>;
  /** Gives a claim back: the message was surely not accepted. */
  release(alertId: string): Promise<void>;
  /** Writes a line that has its words already, unless it exists. */
  put(alert: Alert, now: Date): Promise<void>;
  /** Lets a pending line wait for a digest. True for the caller that did it. */
  park(request: AlertRequest, because: ParkedBecause, now: Date): Promise<boolean>;
  /** Lines that wait for a digest, oldest first; at most about `limit`. May lag a moment behind. */
  parked(limit: number): Promise<readonly OutboxLine[]>;
  /** Makes a parked line pending again, counted as queued once more. True for the caller that did it. */
  unpark(line: OutboxLine, now: Date): Promise<boolean>;
  /** Ends a parked line: the digest tells of it. True when it does, by this or an earlier call. */
  endInDigest(alertId: string, digestId: string): Promise<boolean>;
  /** Counts one more queueing of a pending line. True for the caller that did it. */
  markRequeued(line: OutboxLine, now: Date): Promise<boolean>;
  /** Ends a line that is still as it was read, so that it is reported once. True for the caller that did it. */
  markFailed(line: OutboxLine, now: Date): Promise<boolean>;
}
