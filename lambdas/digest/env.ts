import * as z from 'zod/mini';
import { NoiseSettings } from '../incidents/settings.ts';
import { ChannelSettings } from '../notify/settings.ts';
import { IntegerText, jsonText } from '../parse-env.ts';

export const DigestEnv = z.object({
  TABLE_NAME: z.string(),
  /** FIFO queue that the triage step reads. */
  TRIAGE_QUEUE_URL: z.string(),
  KEEP_DAYS: IntegerText,
  /** What the stage sets about grouping, reminders and silence, and about its channel, as JSON. */
  NOISE: jsonText(NoiseSettings),
  CHANNEL: jsonText(ChannelSettings),
  /** Hour of the day, UTC, when the daily digest is due. */
  DAILY_HOUR: IntegerText,
  /** Longer than the function may run, in ms. */
  LEASE_MS: IntegerText,
  STAGE: z.string(),
});
