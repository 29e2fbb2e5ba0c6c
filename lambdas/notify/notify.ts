/** Sends one alert at most once: claim, publish, confirm. */
import type { Alert } from '../../contracts/alert.ts';
import { NotAccepted, type Notifier } from '../ports/notifier/port.ts';
import type { Outbox } from '../ports/outbox/port.ts';

export type Outcome =
  | { readonly action: 'sent'; readonly message_id: string }
  | { readonly action: 'skip'; readonly reason: 'already-claimed' };

/**
 * @param clock the time of claim and confirmation
 * @throws NotAccepted after giving the claim back: try again. Any other error keeps the claim, and the sweep reports it:
 * a second e-mail is worse than a visible fault.
 */
export async function notify(
  alert: Alert,
  { outbox, notifier }: { readonly outbox: Outbox; readonly notifier: Notifier },
  clock: () => Date,
): Promise<Outcome> {
  const { alert_id, incident_id, sequence, kind } = alert;
  const claimed = await outbox.claim({ alert_id, incident_id, sequence, kind }, clock());
  if (claimed === 'not-pending') return { action: 'skip', reason: 'already-claimed' };
  try {
    const message_id = await notifier.publish(alert);
    await outbox.confirm(alert_id, message_id, clock());
    return { action: 'sent', message_id };
  } catch (error) {
    if (error instanceof NotAccepted) await outbox.release(alert_id);
    throw error;
  }
}
