/** Places in S3 as they are named on the command line, and what lies there. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

export interface S3Place {
  readonly bucket: string;
  /** May be empty. */
  readonly prefix: string;
}

/** Undefined for what is no `s3://bucket/prefix`. */
export function s3Place(text: string): S3Place | undefined {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(text) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix };
}

export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly at: Date | undefined;
}

/** All objects, page by page. */
export async function* objectsBelow(
  { bucket, prefix }: S3Place,
  s3: Pick<S3Client, 'send'>,
): AsyncGenerator<StoredObject> {
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    for (const { Key: key = '', Size: size = 0, LastModified: at } of page.Contents ?? []) {
      yield { key, size, at };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
