import * as z from 'zod/mini';

export const NotifyEnv = z.object({
  TABLE_NAME: z.string(),
  TOPIC_ARN: z.string(),
});
