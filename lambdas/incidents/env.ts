import * as z from 'zod/mini';
import { IntegerText, jsonText } from '../parse-env.ts';
import { NoiseSettings } from './settings.ts';

export const IncidentsEnv = z.object({
  TABLE_NAME: z.string(),
  /** Where the bytes of an anomaly that cannot be read go. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** How long a resolved incident is kept. */
  KEEP_DAYS: IntegerText,
  /** Retention of the streams: so long an anomaly may come again, and must count once. */
  STREAM_RETENTION_HOURS: IntegerText,
  /** Epoch ms; what was there before is for the job to learn from, and opens nothing (`flink.quietUntil`). */
  QUIET_UNTIL_MS: IntegerText,
  /** What the stage sets about grouping, reminders and silence, as JSON. */
  NOISE: jsonText(NoiseSettings),
});
