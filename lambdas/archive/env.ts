import * as z from 'zod/mini';
import { IntegerText } from '../parse-env.ts';

export const ArchiveEnv = z.object({
  /** `s3://bucket/key` of the published sources. */
  SOURCES_URI: z.string(),
  /** Short name of the input stream that this delivery reads. */
  STREAM: z.string(),
  /** Where a sample of normal records is kept, one in SAMPLE_EVERY (0: none), so long. */
  TABLE_NAME: z.string(),
  SAMPLE_EVERY: IntegerText,
  KEEP_DAYS: IntegerText,
});
