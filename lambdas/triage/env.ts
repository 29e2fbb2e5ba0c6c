import * as z from 'zod/mini';
import { IntegerText, jsonText } from '../parse-env.ts';
import { BudgetSettings, TextModelSettings } from './settings.ts';

export const TriageEnv = z.object({
  TABLE_NAME: z.string(),
  /** FIFO queue that the notify step reads. */
  NOTIFY_QUEUE_URL: z.string(),
  /** Who adds an analysis to the e-mail, as JSON. */
  TEXT_MODEL: jsonText(TextModelSettings),
  /** What it may cost, as JSON. */
  BUDGET: jsonText(BudgetSettings),
  /** `s3://bucket/key` of the published rules, whose descriptions the e-mail quotes. */
  RULES_URI: z.string(),
  /** `s3://bucket/key` of the published directory of entities. */
  ENTITIES_URI: z.string(),
  /** After this the e-mail leaves without the model's part. */
  DEADLINE_MS: IntegerText,
  /** How long an answer is waited for after that, to be kept with the incident. */
  LATE_MS: IntegerText,
  /** How long an analysis is kept. */
  KEEP_DAYS: IntegerText,
  /** Stage, named in each e-mail. */
  STAGE: z.string(),
});

/** What Lambda itself puts into the environment. */
export const RuntimeEnv = z.object({ AWS_SESSION_TOKEN: z._default(z.string(), '') });
