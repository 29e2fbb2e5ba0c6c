/** What a stage sets about its channel: how fast e-mails may leave, and when they become a digest. */
import * as z from 'zod/mini';

const positive = z.number().check(z.positive());

export const ChannelSettings = z.strictObject({
  /** E-mails a second in the long run. SNS switches an e-mail subscription off above 10 messages a second. */
  messagesPerSecond: z.number().check(z.positive(), z.maximum(5)),
  /** E-mails that may leave at once after a pause. */
  burst: z.int().check(z.positive(), z.maximum(20)),
  /**
   * More single e-mails than `calmMails` in `calmMinutes` are a storm too. A step before this one may be slow: thousands of
   * incidents would otherwise leave one by one, each a little later than the last.
   */
  calmMails: z.int().check(z.positive(), z.maximum(100)),
  calmMinutes: positive,
  /** A message without a token begins a storm. What goes into its digest is gathered this long. */
  gatherSeconds: positive,
  /** Least time between two digests. */
  digestMinutes: positive,
});
export type ChannelSettings = z.infer<typeof ChannelSettings>;
