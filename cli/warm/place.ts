/** Where a prepared archive is put: below a prefix of a bucket, or in a folder of this machine. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { s3Place } from '../s3-place.ts';

export interface WarmPlace {
  /** As the job is told it, with a slash at its end. */
  readonly uri: string;
  write(name: string, content: string | Buffer): Promise<void>;
  holds(name: string): Promise<boolean>;
}

/** @param out `s3://bucket/prefix/` or a folder */
export function warmPlace(out: string, s3: Pick<S3Client, 'send'>): WarmPlace {
  const remote = s3Place(out);
  return remote === undefined
    ? inFolder(resolve(out))
    : inBucket(remote.bucket, withSlash(remote.prefix), s3);
}

function inFolder(folder: string): WarmPlace {
  return {
    uri: withSlash(pathToFileURL(folder).href),
    async write(name, content) {
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    },
    holds: async (name) => existsSync(join(folder, name)),
  };
}

function inBucket(bucket: string, prefix: string, s3: Pick<S3Client, 'send'>): WarmPlace {
  return {
    uri: `s3://${bucket}/${prefix}`,
    async write(name, content) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${name}`, Body: content }));
    },
    async holds(name) {
      try {
        await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: `${prefix}${name}` }));
        return true;
      } catch (error) {
        if (error instanceof Error && ['NotFound', 'NoSuchKey'].includes(error.name)) return false;
        throw error;
      }
    },
  };
}

function withSlash(text: string): string {
  return text === '' || text.endsWith('/') ? text : `${text}/`;
}
