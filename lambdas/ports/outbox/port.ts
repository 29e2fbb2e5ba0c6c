/** What must be said and how far it has come. Lines are written with the incident (see incident-store). */
import type { AlertRequest } from '../../../contracts/alert.ts';
import type { Anomaly } from '../../../contracts/anomaly.ts';

/** One message. `failed`: given up, or claimed and nobody knows whether the channel took it. */
export interface OutboxLine {
  readonly request: AlertRequest;
  /** The anomaly that it tells of; absent for test messages. */
  readonly about?: Anomaly;
  /** The other incidents that a digest tells of. */
  readonly covers?: readonly string[];
  /** Arrival of the record that caused it; absent where time did, and for test messages. */
  readonly caused_at?: string;
  readonly created_at: string;
  readonly state: 'pending' | 'claimed' | 'sent' | 'failed';
  readonly claimed_at?: string;
  /** How often, and when last, the sweep queued it again. */
  readonly requeues: number;
  readonly requeued_at?: string;
}

/** `not-pending`: another sender has it, or had it. `too-early`: the message before it still waits to be sent. */
export type ClaimResult =
  | { readonly outcome: 'claimed'; readonly line: OutboxLine }
  | { readonly outcome: 'not-pending' }
  | { readonly outcome: 'too-early' };

export interface Outbox {
  find(alertId: string): Promise<OutboxLine | undefined>;
  /** Lines written before the instant that are neither sent nor failed, oldest first; at most `limit`. */
  unsentBefore(before: Date, limit: number): Promise<readonly OutboxLine[]>;
  /** Takes a line for sending; exactly one caller gets it. A line that does not exist is made (test messages have none). */
  claim(request: AlertRequest, now: Date): Promise<ClaimResult>;
  /** Says that the claimed message was accepted, with the id that the channel gave it. */
  confirm(alertId: string, messageId: string, now: Date): Promise<void>;
  /** Gives a claim back: the message was surely not accepted. */
  release(alertId: string): Promise<void>;
  /** Counts one more queueing of a pending line. True for the caller that did it. */
  markRequeued(line: OutboxLine, now: Date): Promise<boolean>;
  /** Ends a line that is still as it was read, so that it is reported once. True for the caller that did it. */
  markFailed(line: OutboxLine, now: Date): Promise<boolean>;
}
