import * as z from 'zod/mini';

export const OutboxEnv = z.object({
  /** FIFO queue that the triage step reads. */
  TRIAGE_QUEUE_URL: z.string(),
  /** Queue that the due step reads; its messages arrive when an incident's next look is due. */
  TIMER_QUEUE_URL: z.string(),
});
