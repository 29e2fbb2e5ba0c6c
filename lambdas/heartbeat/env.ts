import * as z from 'zod/mini';

export const HeartbeatEnv = z.object({
  /** Input stream that the beats are put on. */
  STREAM_NAME: z.string(),
});
