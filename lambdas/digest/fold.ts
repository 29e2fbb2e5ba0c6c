/** Folds what is parked into one e-mail: one function at a time, and what it leaves half done the next one ends. */
import { TocsinError } from '../errors.ts';
import { type FifoMessage, requestMessage } from '../fifo-queue.ts';
import { inParallel } from '../in-parallel.ts';
import { tenCharacters } from '../incidents/ids.ts';
import { type Channel, digestIdOf, foldParked, type Parked } from '../notify/channel.ts';
import type { ChannelSettings } from '../notify/settings.ts';
import { type ChannelStore, next } from '../ports/channel/port.ts';
import type { Outbox, OutboxLine } from '../ports/outbox/port.ts';
import { stormAlert } from '../triage/digest.ts';

/** Messages of one digest; those beyond wait for the next. Their ids and the words must fit one item of 400 KB. */
const MOST = 10_000;
const SIDE_BY_SIDE = 25;
const ATTEMPTS = 10;

export interface FoldParts {
  readonly outbox: Outbox;
  readonly channel: ChannelStore;
  readonly queue: { sendAll(messages: readonly FifoMessage[]): Promise<void> };
  readonly settings: ChannelSettings;
  readonly stage: string;
  /** Longer than the function may run. */
  readonly leaseMs: number;
}

export interface FoldResult {
  readonly action: 'busy' | 'rest' | 'release' | 'digest';
  readonly reason: string;
  /** Messages that wait for a digest, before this. */
  readonly parked: number;
  /** Messages that a digest told of, by this. */
  readonly folded: number;
}

/** The channel was changed by others over and over. */
export class ChannelContended extends TocsinError {
  override readonly name = 'ChannelContended';
  readonly retryable = true;
}

/** @throws ChannelContended, or what the stores throw: the next minute tries again */
export async function fold(parts: FoldParts, clock: () => Date): Promise<FoldResult> {
  const held = await change(parts, (before) =>
    before.busy_until > clock().getTime()
      ? undefined
      : { ...before, busy_until: clock().getTime() + parts.leaseMs },
  );
  if (held === undefined) return { action: 'busy', reason: 'another-is-at-work', parked: 0, folded: 0 };
  try {
    return await foldAlone(held, parts, clock);
  } finally {
    await change(parts, (before) => ({ ...before, busy_until: 0 }));
  }
}

async function foldAlone(held: Channel, parts: FoldParts, clock: () => Date): Promise<FoldResult> {
  if (held.digest_id !== null) {
    const folded = await finish(held.digest_id, parts, clock);
    return { action: 'digest', reason: 'left-half-done', parked: folded, folded };
  }
  const now = clock();
  const lines = (await parts.outbox.parked(MOST)).slice(0, MOST);
  const decision = foldParked(lines.map(parkedOf), held, parts.settings, now);
  const result = { action: decision.action, reason: decision.reason, parked: lines.length };
  if (decision.action === 'rest' || decision.action === 'release') {
    if (decision.action === 'release') await release(lines, parts, now);
    const { channel } = decision;
    // Senders take tokens meanwhile: theirs stay, the storm's fields are ours.
    if (channel !== undefined)
      await change(parts, (before) => ({ ...before, storm_since: channel.storm_since }));
    return { ...result, folded: 0 };
  }
  const digest_id = digestIdOf(tenCharacters(`storm:${now.toISOString()}:${lines[0]?.request.alert_id}`));
  const alert = stormAlert(digest_id, lines, parts.stage, now);
  const covers = lines.map(({ request }) => request.alert_id);
  await parts.channel.putDraft({ digest_id, alert, covers }, now);
  const { storm_since, last_digest_at } = decision.channel;
  await change(parts, (before) => ({ ...before, digest_id, storm_since, last_digest_at }));
  return { ...result, folded: await finish(digest_id, parts, clock) };
}

/** Hands the digest over, then ends its lines: each step may be done again. */
async function finish(digestId: string, parts: FoldParts, clock: () => Date): Promise<number> {
  const { outbox, channel } = parts;
  const draft = await channel.draft(digestId);
  if (draft !== undefined) {
    await outbox.put(draft.alert, clock());
    await inParallel(draft.covers, SIDE_BY_SIDE, (alertId) => outbox.endInDigest(alertId, digestId));
  }
  await change(parts, (before) => ({ ...before, digest_id: null }));
  return draft?.covers.length ?? 0;
}

/** Each by itself after all, in the order of their numbers. */
async function release(lines: readonly OutboxLine[], { outbox, queue }: FoldParts, now: Date): Promise<void> {
  const inOrder = [...lines].sort((a, b) => a.request.sequence - b.request.sequence);
  const messages: FifoMessage[] = [];
  for (const line of inOrder) {
    if (await outbox.unpark(line, now)) messages.push(requestMessage(line.request, line.requeues + 1));
  }
  await queue.sendAll(messages);
}

/** @returns the channel as it is now; undefined when `to` wants no change */
async function change(
  { channel }: Pick<FoldParts, 'channel'>,
  to: (before: Channel) => Channel | undefined,
): Promise<Channel | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await channel.read();
    const wanted = to(before);
    if (wanted === undefined) return undefined;
    const after = next(before, wanted);
    if (await channel.write(after)) return after;
  }
  throw new ChannelContended(`the channel was changed by others ${ATTEMPTS} times`);
}

function parkedOf({ parked_at, created_at, parked_because }: OutboxLine): Parked {
  return { parked_at: Date.parse(parked_at ?? created_at), because: parked_because ?? 'storm' };
}
