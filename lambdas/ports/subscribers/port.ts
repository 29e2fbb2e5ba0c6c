/** Who is subscribed to the alerts' channel. */
import * as z from 'zod/mini';

/** One condition of a filter; a key's conditions are alternatives, keys must all hold. */
const Condition = z.union([z.string(), z.looseObject({ 'anything-but': z.optional(z.array(z.string())) })]);

/** What a subscription asks of a message's attributes. */
export const SubscriptionFilter = z.record(z.string(), z.array(Condition));
export type SubscriptionFilter = z.infer<typeof SubscriptionFilter>;

export interface Subscription {
  readonly protocol: string;
  /** An e-mail address, or what else the protocol delivers to. */
  readonly endpoint: string;
  /** `pending`: its owner has not followed the link in the first e-mail; it gets nothing. */
  readonly state: 'confirmed' | 'pending';
  /** Absent: it gets every message. */
  readonly filter?: SubscriptionFilter;
}

export interface Subscribers {
  /** Every subscription that the channel has now. */
  list(): Promise<readonly Subscription[]>;
}
