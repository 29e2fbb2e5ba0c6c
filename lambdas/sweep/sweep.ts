/** What time alone brings: quiet incidents resolve, what is due is looked at, forgotten messages are queued again. */

import type { Silence } from '../../contracts/silence.ts';
import { type DueParts, lookAt } from '../due/due.ts';
import { type FifoMessage, requestMessage } from '../fifo-queue.ts';
import { inParallel } from '../in-parallel.ts';
import { changeOf } from '../incidents/change.ts';
import { type Changed, resolveQuiet } from '../incidents/incidents.ts';
import { isMatch, subjectOf } from '../incidents/matcher.ts';
import type { CircumstancesStore } from '../ports/circumstances/port.ts';
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
/** Unresolved incidents that the end of a silence looks at. */
const SILENCED_LIMIT = 10_000;
const SIDE_BY_SIDE = 10;

export interface SweepParts {
  readonly store: IncidentStore;
  readonly circumstances: CircumstancesStore;
  readonly outbox: Outbox;
  readonly queue: { sendAll(messages: readonly FifoMessage[]): Promise<void> };
}

export interface SweepResult {
  readonly resolved: readonly Changed[];
  /** Ids of incidents whose look was due and brought a change. */
  readonly looked: readonly string[];
  /** Ids of incidents whose look failed. */
  readonly failed: readonly string[];
  readonly requeued: readonly string[];
  /** Ids of messages whose outcome nobody knows. */
  readonly unconfirmed: readonly string[];
  /** Ids of messages that could not be sent for hours. */
  readonly given_up: readonly string[];
}

/** @param quietMs an open incident without a sign of life for this long resolves */
export async function sweep(parts: SweepParts, quietMs: number, now: Date): Promise<SweepResult> {
  const resolved = await resolveQuietOnes(parts, new Date(now.getTime() - quietMs), now);
  const looks = [...(await lookAtDue(parts, now)), ...(await lookAtSilenced(parts, now))];
  const lines = await parts.outbox.unsentBefore(
    new Date(now.getTime() - FORGOTTEN_MS),
    LIMIT,
    (line) => isDue(line, now) || isUnconfirmed(line, now),
  );
  const pending = lines.filter((line) => isDue(line, now));
  return {
    resolved,
    looked: looks.filter(({ result }) => result === 'changed').map(({ id }) => id),
    failed: looks.filter(({ result }) => result === 'failed').map(({ id }) => id),
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

async function resolveQuietOnes(
  { store, circumstances }: SweepParts,
  quietBefore: Date,
  now: Date,
): Promise<Changed[]> {
  const done: Changed[] = [];
  for (const incident of await store.quietSince(quietBefore, LIMIT)) {
    const around = await circumstances.around(incident, now);
    const decision = resolveQuiet(incident, quietBefore, now, around);
    if (!('incident' in decision)) continue;
    // A conflict means a sign of life: the next sweep looks again.
    if ((await store.commit(changeOf(decision, around, now))) === 'committed') done.push(decision);
  }
  return done;
}

type Look = { readonly id: string; readonly result: 'changed' | 'same' | 'failed' };

/** Timers further ahead than a queue can wait, and those that were lost. */
async function lookAtDue(parts: SweepParts, now: Date): Promise<Look[]> {
  const due = await parts.store.dueAt(now, LIMIT);
  return await inParallel(due, SIDE_BY_SIDE, ({ incident_id }) => look(incident_id, parts, now));
}

/** When a silence ends, what burns still is mailed. An end whose looks failed is looked after again. */
async function lookAtSilenced(parts: SweepParts, now: Date): Promise<Look[]> {
  const all: Look[] = [];
  for (const silence of await parts.circumstances.endedSilences(now)) {
    const unresolved = [
      ...(await parts.store.unresolved('critical', SILENCED_LIMIT)),
      ...(await parts.store.unresolved('warning', SILENCED_LIMIT)),
    ].filter((incident) => isMatch(silence.matcher, subjectOf(incident)));
    const looks = await inParallel(unresolved, SIDE_BY_SIDE, ({ incident_id }) =>
      look(incident_id, parts, now, silence),
    );
    if (looks.every(({ result }) => result !== 'failed')) await parts.circumstances.markEnded(silence);
    all.push(...looks);
  }
  return all;
}

/** One that fails must not keep the others waiting. */
async function look(id: string, parts: DueParts, now: Date, over?: Silence): Promise<Look> {
  try {
    const decision = await lookAt(id, parts, () => now, over);
    return { id, result: decision !== undefined && 'incident' in decision ? 'changed' : 'same' };
  } catch {
    return { id, result: 'failed' };
  }
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

function isDue({ created_at, requeued_at, requeues, state }: OutboxLine, now: Date): boolean {
  const pause = FORGOTTEN_MS * 2 ** Math.min(requeues, LONGEST_DOUBLING);
  return state === 'pending' && now.getTime() - Date.parse(requeued_at ?? created_at) >= pause;
}

function isUnconfirmed({ claimed_at, state }: OutboxLine, now: Date): boolean {
  const isOld = claimed_at !== undefined && now.getTime() - Date.parse(claimed_at) > UNCONFIRMED_MS;
  return state === 'claimed' && isOld;
}
