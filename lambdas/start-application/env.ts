import * as z from 'zod/mini';

export const StartApplicationEnv = z.object({
  APPLICATION_NAME: z.string(),
});
