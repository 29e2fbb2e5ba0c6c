/** Sends one alert at most once: take a token or go into a digest; claim, publish, confirm. */
import type { Alert, AlertRequest } from '../../contracts/alert.ts';
import { TocsinError } from '../errors.ts';
import { type ChannelStore, next } from '../ports/channel/port.ts';
import { NotAccepted, type Notifier } from '../ports/notifier/port.ts';
import type { Outbox, OutboxLine } from '../ports/outbox/port.ts';
import { admit, type ParkedBecause } from './channel.ts';
import type { ChannelSettings } from './settings.ts';

/**
 * `sent`: accepted, and noted; `caused_at` is the arrival of the record behind it.
 * `sent-unconfirmed`: accepted, and the note failed. `unknown`: nobody knows whether it was accepted. Both stay claimed,
 * so that no second e-mail follows, and the sweep reports them: a second e-mail is worse than a visible fault.
 * `parked`: it is told of in a digest, or sent by itself when the storm turns out to be none.
 */
export type Outcome =
  | { readonly action: 'sent'; readonly message_id: string; readonly caused_at?: string }
  | { readonly action: 'sent-unconfirmed'; readonly message_id: string; readonly error: unknown }
  | { readonly action: 'unknown'; readonly error: unknown }
  | { readonly action: 'skip'; readonly reason: 'already-claimed' }
  | { readonly action: 'parked'; readonly reason: ParkedBecause };

/** The message before it has not left yet; staff must not read the end before the beginning. */
export class TooEarly extends TocsinError {
  override readonly name = 'TooEarly';
  readonly retryable = true;
}

/** Too many senders took tokens at the same time. */
export class NoToken extends TocsinError {
  override readonly name = 'NoToken';
  readonly retryable = true;
}

export interface NotifyParts {
  readonly outbox: Outbox;
  readonly notifier: Notifier;
  readonly channel: Pick<ChannelStore, 'read' | 'write'>;
  readonly settings: ChannelSettings;
}

const ATTEMPTS = 10;

/**
 * @param clock the time of claim and confirmation
 * @throws TooEarly, NotAccepted (after giving the claim back), or what the outbox throws at the claim: try again
 */
export async function notify(alert: Alert, parts: NotifyParts, clock: () => Date): Promise<Outcome> {
  const { alert_id, incident_id, sequence, kind } = alert;
  const request = { alert_id, incident_id, sequence, kind };
  const [line, previous] = await Promise.all([
    parts.outbox.find(alert_id),
    sequence > 1 ? parts.outbox.find(`${incident_id}.${sequence - 1}`) : undefined,
  ]);
  if (line !== undefined && line.state !== 'pending') return { action: 'skip', reason: 'already-claimed' };
  if (previous?.state === 'pending') throw new TooEarly(`${alert_id} waits for the message before it`);
  const parked = await takeToken(request, previous?.state, parts, clock);
  if (parked !== undefined) {
    const isMine = await parts.outbox.park(request, parked, clock());
    return isMine ? { action: 'parked', reason: parked } : { action: 'skip', reason: 'already-claimed' };
  }
  const claim = await parts.outbox.claim(request, clock());
  if (claim.outcome === 'not-pending') return { action: 'skip', reason: 'already-claimed' };
  if (claim.outcome === 'too-early') throw new TooEarly(`${alert_id} waits for the message before it`);
  const published = await publish(alert, parts);
  if (typeof published !== 'string') return { action: 'unknown', error: published.error };
  try {
    await parts.outbox.confirm(alert_id, published, clock());
  } catch (error) {
    return { action: 'sent-unconfirmed', message_id: published, error };
  }
  const { caused_at } = claim.line;
  return { action: 'sent', message_id: published, ...(caused_at !== undefined && { caused_at }) };
}

/**
 * Takes a token.
 * @returns why the message goes into a digest instead, if it does
 * @throws NoToken
 */
async function takeToken(
  request: AlertRequest,
  previous: OutboxLine['state'] | undefined,
  { channel, settings }: NotifyParts,
  clock: () => Date,
): Promise<ParkedBecause | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await channel.read();
    const decision = admit(request, previous, before, settings, clock());
    if (decision.channel === undefined || (await channel.write(next(before, decision.channel)))) {
      return decision.action === 'park' ? decision.reason : undefined;
    }
  }
  throw new NoToken(`${request.alert_id} met another sender ${ATTEMPTS} times`);
}

/** The channel's id of the message, or the error that leaves its fate unknown. @throws NotAccepted */
async function publish(
  alert: Alert,
  { outbox, notifier }: NotifyParts,
): Promise<string | { error: unknown }> {
  try {
    return await notifier.publish(alert);
  } catch (error) {
    if (!(error instanceof NotAccepted)) return { error };
    await outbox.release(alert.alert_id);
    throw error;
  }
}
