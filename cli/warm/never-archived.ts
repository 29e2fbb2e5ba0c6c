/** Records that Firehose could not archive: it puts them, as they came, under another prefix of the bucket. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

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
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: ERRORS_PREFIX,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    for (const { Key: key = '', LastModified: at } of page.Contents ?? []) {
      if (!key.startsWith(OF_REJECTS) && at !== undefined && at.getTime() >= sinceMs) count += 1;
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return count;
}
