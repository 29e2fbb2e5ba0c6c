import * as z from 'zod/mini';
import { jsonText } from '../parse-env.ts';
import { ChannelSettings } from './settings.ts';

export const NotifyEnv = z.object({
  TABLE_NAME: z.string(),
  TOPIC_ARN: z.string(),
  /** What the stage sets about its channel, as JSON. */
  CHANNEL: jsonText(ChannelSettings),
});
