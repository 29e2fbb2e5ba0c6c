/** What time alone brings: quiet incidents resolve, forgotten messages are queued again, unknown outcomes are reported. */
import { type FifoMessage, requestMessage } from '../fifo-queue.ts';
import { type Changed, resolveQuiet } from '../incidents/incidents.ts';
import type { IncidentStore } from '../ports/incident-store/port.ts';
import type { Outbox, OutboxLine } from '../ports/outbox/port.ts';

/** A line this old and still pending was lost between table and queue, or waits in the queue: queueing twice does no harm. */
const FORGOTTEN_MS = 60_000;
/** The pause doubles with each queueing, up to 64 minutes; after this many, some five hours, it is given up. */
const REQUEUES = 10;
const LONGEST_DOUBLING = 6;
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
  readonly resolved: readonly Changed[];
  readonly requeued: readonly string[];
  /** Ids of messages whose outcome nobody knows. */
  readonly unconfirmed: readonly string[];
  /** Ids of messages that could not be sent for hours. */
  readonly given_up: readonly string[];
}

/** @param quietMs an open incident without a sign of life for this long resolves */
export async function sweep(parts: SweepParts, quietMs: number, now: Date): Promise<SweepResult> {
  const resolved = await resolveQuietOnes(parts.store, new Date(now.getTime() - quietMs), now);
  const lines = await parts.outbox.unsentBefore(new Date(now.getTime() - FORGOTTEN_MS), LIMIT);
  const pending = lines.filter((line) => line.state === 'pending' && isDue(line, now));
  return {
    resolved,
    requeued: await requeue(
      pending.filter((line) => line.requeues < REQUEUES),
      parts,
      now,
    ),
    unconfirmed: await fail(
      lines.filter((line) => isUnconfirmed(line, now)),
      parts.outbox,
      now,
    ),
    given_up: await fail(
      pending.filter((line) => line.requeues >= REQUEUES),
      parts.outbox,
      now,
    ),
  };
}

async function resolveQuietOnes(store: IncidentStore, quietBefore: Date, now: Date): Promise<Changed[]> {
  const done: Changed[] = [];
  for (const incident of await store.quietSince(quietBefore, LIMIT)) {
    const decision = resolveQuiet(incident, quietBefore, now);
    if (!('incident' in decision)) continue;
    const { say } = decision;
    const result = await store.commit({
      incident: decision.incident,
      now,
      ...(say !== undefined && { say }),
    });
    // A conflict means a sign of life: the next sweep looks again.
    if (result === 'committed') done.push(decision);
  }
  return done;
}

/** The count makes the message's id new: within five minutes SQS would take the same one for a repetition. */
async function requeue(lines: readonly OutboxLine[], parts: SweepParts, now: Date): Promise<string[]> {
  const messages: FifoMessage[] = [];
  for (const line of lines) {
    if (!(await parts.outbox.markRequeued(line, now))) continue;
    messages.push(requestMessage(line.request, line.requeues + 1));
  }
  await parts.queue.sendAll(messages);
  return messages.map((message) => message.deduplicationId);
}

async function fail(lines: readonly OutboxLine[], outbox: Outbox, now: Date): Promise<string[]> {
  const failed: string[] = [];
  for (const line of lines) if (await outbox.markFailed(line, now)) failed.push(line.request.alert_id);
  return failed;
}

function isDue({ created_at, requeued_at, requeues }: OutboxLine, now: Date): boolean {
  const pause = FORGOTTEN_MS * 2 ** Math.min(requeues, LONGEST_DOUBLING);
  return now.getTime() - Date.parse(requeued_at ?? created_at) >= pause;
}

function isUnconfirmed({ claimed_at, state }: OutboxLine, now: Date): boolean {
  const isOld = claimed_at !== undefined && now.getTime() - Date.parse(claimed_at) > UNCONFIRMED_MS;
  return state === 'claimed' && isOld;
}
