import * as z from 'zod/mini';

export const ArchiveEnv = z.object({
  /** `s3://bucket/key` of the published sources. */
  SOURCES_URI: z.string(),
  /** Short name of the input stream that this delivery reads. */
  STREAM: z.string(),
});
