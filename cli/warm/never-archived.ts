/** Records that Firehose could not archive: it puts them, as they came, under another prefix of the bucket. */
import type { S3Client } from '@aws-sdk/client-s3';
import { objectsBelow } from '../s3-place.ts';

/** As lib/pipeline/archive.ts has it; what lies there of rejects was no record. */
const ERRORS_PREFIX = 'errors/';
const OF_REJECTS = `${ERRORS_PREFIX}rejects/`;

/** How many objects were put there since. */
export async function neverArchived(
  bucket: string,
  sinceMs: number,
  s3: Pick<S3Client, 'send'>,
): Promise<number> {
  let count = 0;
  for await (const { key, at } of objectsBelow({ bucket, prefix: ERRORS_PREFIX }, s3)) {
    if (!key.startsWith(OF_REJECTS) && at !== undefined && at.getTime() >= sinceMs) count += 1;
  }
  return count;
}
