import * as z from 'zod/mini';
import { jsonText } from '../parse-env.ts';

export const WatchEnv = z.object({
  TOPIC_ARN: z.string(),
  /** Addresses of the settings, as JSON. */
  EXPECTED_ADDRESSES: jsonText(z.array(z.string())),
  /** Names of the sources, as JSON. */
  SOURCES: jsonText(z.array(z.string())),
});
