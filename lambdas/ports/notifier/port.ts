/** The channel that takes a message to staff. Every adapter says whether a failed message may be sent again. */
import type { Alert } from '../../../contracts/alert.ts';
import { TocsinError } from '../../errors.ts';

export interface Notifier {
  /**
   * Hands the message to the channel.
   * @returns the id that the channel gave it
   * @throws NotAccepted when the channel surely did not take it; any other error leaves the outcome unknown
   */
  publish(alert: Alert): Promise<string>;
}

/** The channel refused; the same message may be sent again. */
export class NotAccepted extends TocsinError {
  override readonly name = 'NotAccepted';
  readonly retryable = true;
}
