/** What time alone brings: quiet incidents resolve, forgotten messages are queued again, unknown outcomes are reported. */

import { type FifoMessage, requestMessage } from '../fifo-queue.ts';
import { type Decision, resolveQuiet } from '../incidents/incidents.ts';
import type { IncidentStore } from '../ports/incident-store/port.ts';
import type { Outbox, OutboxLine } from '../ports/outbox/port.ts';

/** A line this old and still pending was lost between table and queue, or waits in the queue: queueing twice does no harm. */
const FORGOTTEN_MS = 60_000;
/** A claim this old belongs to a sender that ended between publish and confirmation. */
const UNCONFIRMED_MS = 5 * 60_000;
/** Of each kind in one sweep; the next one comes in a minute. */
const LIMIT = 200;

export interface SweepParts {
  readonly store: IncidentStore;
  readonly outbox: Outbox;
  readonly queue: { sendAll(messages: readonly FifoMessage[]): Promise<void> };
}

export interface SweepResult {
  readonly resolved: readonly Decision[];
  readonly requeued: readonly string[];
  /** Ids of messages whose outcome nobody knows. */
  readonly unconfirmed: readonly string[];
}

/** @param quietMs an open incident without a sign of life for this long resolves */
export async function sweep(parts: SweepParts, quietMs: number, now: Date): Promise<SweepResult> {
  const resolved = await resolveQuietOnes(parts.store, new Date(now.getTime() - quietMs), now);
  const lines = await parts.outbox.unsentBefore(new Date(now.getTime() - FORGOTTEN_MS), LIMIT);
  const forgotten = lines.filter((line) => line.state === 'pending');
  // The minute makes the id new: within five minutes SQS would take the same one for a repetition.
  const minute = now.toISOString().slice(0, 16);
  await parts.queue.sendAll(forgotten.map((line) => requestMessage(line.request, minute)));
  const unconfirmed: string[] = [];
  for (const line of lines.filter((each) => isUnconfirmed(each, now))) {
    if (await parts.outbox.markFailed(line.request.alert_id, now)) unconfirmed.push(line.request.alert_id);
  }
  return { resolved, requeued: forgotten.map((line) => line.request.alert_id), unconfirmed };
}

async function resolveQuietOnes(store: IncidentStore, quietBefore: Date, now: Date): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (const incident of await store.quietSince(quietBefore, LIMIT)) {
    const decision = resolveQuiet(incident, quietBefore, now);
    if (decision.action === 'ignore') continue;
    const { say } = decision;
    const change = { incident: decision.incident, now };
    const result = await store.commit(say === undefined ? change : { ...change, say });
    // A conflict means a sign of life: the next sweep looks again.
    if (result === 'committed') decisions.push(decision);
  }
  return decisions;
}

function isUnconfirmed(line: OutboxLine, now: Date): boolean {
  const { claimed_at, state } = line;
  return (
    state === 'claimed' && claimed_at !== undefined && now.getTime() - Date.parse(claimed_at) > UNCONFIRMED_MS
  );
}
