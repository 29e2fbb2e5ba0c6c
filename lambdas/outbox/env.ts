import * as z from 'zod/mini';

export const OutboxEnv = z.object({
  /** FIFO queue that the triage step reads. */
  TRIAGE_QUEUE_URL: z.string(),
});
