import * as z from 'zod/mini';

export const PublishEnv = z.object({
  CONFIG_BUCKET: z.string(),
});
