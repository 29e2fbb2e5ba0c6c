/** A published object as text, read again when it is older than a while. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** @param uri `s3://bucket/key` @throws Error naming a URI that is none */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } {
  const match = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri);
  if (match?.[1] === undefined || match[2] === undefined)
    throw new Error(`${uri} is not of the form s3://bucket/key`);
  return { bucket: match[1], key: match[2] };
}

/** Reads `uri` at most once in `keepMs` and keeps what `parse` made of it; the last good one stands when a read fails. */
export class PublishedObject<T> {
  readonly #client: S3Client;
  readonly #uri: string;
  readonly #parse: (text: string) => T;
  readonly #keepMs: number;
  #kept: { readonly value: T; readonly readAt: number } | undefined;

  constructor(client: S3Client, uri: string, parse: (text: string) => T, keepMs = 60_000) {
    this.#client = client;
    this.#uri = uri;
    this.#parse = parse;
    this.#keepMs = keepMs;
  }

  /** @throws what the first read throws; later failures leave the last good value */
  async get(now: number): Promise<T> {
    if (this.#kept !== undefined && now - this.#kept.readAt < this.#keepMs) return this.#kept.value;
    try {
      const { bucket, key } = parseS3Uri(this.#uri);
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const value = this.#parse((await Body?.transformToString('utf8')) ?? '');
      this.#kept = { value, readAt: now };
      return value;
    } catch (error) {
      if (this.#kept === undefined) throw error;
      return this.#kept.value;
    }
  }
}
