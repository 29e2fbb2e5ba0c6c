import * as z from 'zod/mini';
import { IntegerText, jsonText } from '../parse-env.ts';

export const TriageEnv = z.object({
  TABLE_NAME: z.string(),
  /** FIFO queue that the notify step reads. */
  NOTIFY_QUEUE_URL: z.string(),
  /** Who adds an analysis to the e-mail, as JSON. */
  TEXT_MODEL: jsonText(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('none') }),
      z.object({ kind: z.literal('bedrock'), modelId: z.string(), maxTokens: z.int() }),
    ]),
  ),
  /** `s3://bucket/key` of the published rules, whose descriptions the e-mail quotes. */
  RULES_URI: z.string(),
  /** `s3://bucket/key` of the published directory of entities. */
  ENTITIES_URI: z.string(),
  /** After this the e-mail leaves without the model's part. */
  DEADLINE_MS: IntegerText,
  /** Stage, named in each e-mail. */
  STAGE: z.string(),
});
