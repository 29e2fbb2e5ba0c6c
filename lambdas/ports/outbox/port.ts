/** What must be said and how far it has come. Lines are written with the incident (see incident-store). */
import type { AlertRequest } from '../../../contracts/alert.ts';

/** One message. `failed`: claimed, and nobody knows whether the channel took it. */
export interface OutboxLine {
  readonly request: AlertRequest;
  readonly created_at: string;
  readonly state: 'pending' | 'claimed' | 'sent' | 'failed';
  readonly claimed_at?: string;
}

/** `not-pending`: another sender has it, or had it. */
export type ClaimResult = 'claimed' | 'not-pending';

export interface Outbox {
  /** Lines written before the instant that are neither sent nor failed, oldest first; at most `limit`. */
  unsentBefore(before: Date, limit: number): Promise<readonly OutboxLine[]>;
  /** Takes a line for sending; exactly one caller gets it. A line that does not exist is made (test messages have none). */
  claim(request: AlertRequest, now: Date): Promise<ClaimResult>;
  /** Says that the claimed message was accepted, with the id that the channel gave it. */
  confirm(alertId: string, messageId: string, now: Date): Promise<void>;
  /** Gives a claim back: the message was surely not accepted. */
  release(alertId: string): Promise<void>;
  /** Marks a line whose outcome nobody knows, so that it is reported once. True for the caller that did it. */
  markFailed(alertId: string, now: Date): Promise<boolean>;
}
