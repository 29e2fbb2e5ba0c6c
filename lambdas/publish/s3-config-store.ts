/** The config store on S3: the tag is the ETag, the condition is If-Match or If-None-Match. */
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { type ConfigStore, WrittenMeanwhile } from './publish.ts';

export class S3ConfigStore implements ConfigStore {
  private readonly bucket: string;
  private readonly client: S3Client;

  constructor(bucket: string, client: S3Client = new S3Client()) {
    this.bucket = bucket;
    this.client = client;
  }

  async read(key: string): Promise<{ text: string; tag: string } | undefined> {
    try {
      const found = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return { text: (await found.Body?.transformToString('utf8')) ?? '', tag: found.ETag ?? '' };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async write(key: string, text: string, tag: string | undefined): Promise<void> {
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: text,
          ContentType: 'application/json',
          ...(tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag }),
        }),
      );
    } catch (error) {
      // 412: the condition does not hold. 409: another conditional write is under way.
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412 || status === 409) throw new WrittenMeanwhile(`${key} was written meanwhile`);
      throw error;
    }
  }
}
