import * as z from 'zod/mini';
import { NoiseSettings } from '../incidents/settings.ts';
import { IntegerText, jsonText } from '../parse-env.ts';

export const SweepEnv = z.object({
  TABLE_NAME: z.string(),
  TRIAGE_QUEUE_URL: z.string(),
  /** An open incident without a sign of life for this long resolves. */
  QUIET_MINUTES: IntegerText,
  KEEP_DAYS: IntegerText,
  /** What the stage sets about grouping, reminders and silence, as JSON. */
  NOISE: jsonText(NoiseSettings),
});
