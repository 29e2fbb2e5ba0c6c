import * as z from 'zod/mini';
import { NoiseSettings } from '../incidents/settings.ts';
import { IntegerText, jsonText } from '../parse-env.ts';

export const DueEnv = z.object({
  TABLE_NAME: z.string(),
  KEEP_DAYS: IntegerText,
  /** What the stage sets about grouping, reminders and silence, as JSON. */
  NOISE: jsonText(NoiseSettings),
});
