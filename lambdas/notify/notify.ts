/** Sends one alert at most once: claim, publish, confirm. */
import type { Alert } from '../../contracts/alert.ts';
import { TocsinError } from '../errors.ts';
import { NotAccepted, type Notifier } from '../ports/notifier/port.ts';
import type { Outbox } from '../ports/outbox/port.ts';

/**
 * `sent`: accepted, and noted; `caused_at` is the arrival of the record behind it.
 * `sent-unconfirmed`: accepted, and the note failed. `unknown`: nobody knows whether it was accepted. Both stay claimed,
 * so that no second e-mail follows, and the sweep reports them: a second e-mail is worse than a visible fault.
 */
export type Outcome =
  | { readonly action: 'sent'; readonly message_id: string; readonly caused_at?: string }
  | { readonly action: 'sent-unconfirmed'; readonly message_id: string; readonly error: unknown }
  | { readonly action: 'unknown'; readonly error: unknown }
  | { readonly action: 'skip'; readonly reason: 'already-claimed' };

/** The message before it has not left yet; staff must not read the end before the beginning. */
export class TooEarly extends TocsinError {
  override readonly name = 'TooEarly';
  readonly retryable = true;
}

export interface NotifyParts {
  readonly outbox: Outbox;
  readonly notifier: Notifier;
}

/**
 * @param clock the time of claim and confirmation
 * @throws TooEarly, NotAccepted (after giving the claim back), or what the outbox throws at the claim: try again
 */
export async function notify(alert: Alert, parts: NotifyParts, clock: () => Date): Promise<Outcome> {
  const { alert_id, incident_id, sequence, kind } = alert;
  const claim = await parts.outbox.claim({ alert_id, incident_id, sequence, kind }, clock());
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
