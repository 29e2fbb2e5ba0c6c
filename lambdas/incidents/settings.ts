/** What a stage sets about noise: how incidents are grouped, when they are reminded of, what keeps what silent. */
import * as z from 'zod/mini';
import { Matcher } from '../../contracts/silence.ts';

const seconds = z.int().check(z.nonnegative());

/** One kind of incident keeps another silent while it lasts. */
export const InhibitRule = z.strictObject({
  /** The parent: its incident says enough. */
  by: Matcher,
  /** The children, whose mails wait until the parent is over. */
  of: Matcher,
  /** In what both must be the same: `source`, `entity`, `metric`, `rule`, or a label as `label:site`. */
  same: z.array(z.string().check(z.regex(/^(source|entity|metric|rule|label:.+)$/))),
});
export type InhibitRule = z.infer<typeof InhibitRule>;

export const NoiseSettings = z.strictObject({
  /** Incidents that agree in these share e-mails: the first leaves at once, what follows is gathered in a digest. */
  groupBy: z.array(z.enum(['source', 'entity', 'rule'])).check(z.minLength(1)),
  /** After the first e-mail of a group, the next waits this long for others. */
  groupWaitSeconds: seconds,
  /** And from then on this long. */
  groupIntervalSeconds: seconds,
  /** What burns and is not acknowledged is mailed again after this; 0: never. */
  reminderSeconds: seconds,
  /** What is raised again so soon after its end is the same incident; 0: always a new one. */
  reopenSeconds: seconds,
  /** The end of an alarm is believed, and mailed, when it has held this long. */
  settleSeconds: seconds,
  /** So many reopenings within the window are flapping: the end must then hold for the whole window. */
  flapping: z.strictObject({ reopenings: z.int().check(z.positive()), windowSeconds: seconds }),
  inhibit: z.array(InhibitRule),
});
export type NoiseSettings = z.infer<typeof NoiseSettings>;

/** Every message at once, and every end believed: what decisions fall back to where nothing is set. */
export const plainSettings: NoiseSettings = {
  groupBy: ['source', 'entity', 'rule'],
  groupWaitSeconds: 0,
  groupIntervalSeconds: 0,
  reminderSeconds: 0,
  reopenSeconds: 0,
  settleSeconds: 0,
  flapping: { reopenings: 1, windowSeconds: 0 },
  inhibit: [],
};
