/** Where the archived records are: a folder of this machine, or a prefix of a bucket, which is fetched into one. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CliError } from '../errors.ts';
import { DAY_MS } from '../instant.ts';
import { objectsBelow, type S3Place, s3Place } from '../s3-place.ts';

/** Which records are asked for: arrived at `fromMs` or later, and before `toMs`. */
export interface Range {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** What the archive's delivery puts its records under; beside it stand rejects and errors. */
export const ARCHIVE_PREFIX = 'archive/';
const PARALLEL_GETS = 8;

/**
 * The archive's files at a local path or below an `s3://bucket/prefix`, of the days of the range.
 * @param folder gets what is fetched
 * @throws CliError when there are none
 */
export async function archiveFiles(
  input: string,
  range: Range,
  folder: string,
  s3: Pick<S3Client, 'send'>,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const remote = s3Place(input);
  const files =
    remote === undefined
      ? (await filesBelow(input)).filter((file) => isOfRange(file, range))
      : await fetched({ ...remote, prefix: remote.prefix || ARCHIVE_PREFIX }, { range, folder, s3, say });
  if (files.length > 0) return files;
  throw new CliError(
    `There are no files of the archive in ${input}${rangeInWords(range)}. ` +
      'Name a folder, or s3://bucket/archive/; its files hold rows of the archive as JSON lines or as Parquet.',
  );
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(
      error.code === 'ENOENT'
        ? `There is no file or folder ${path}.`
        : `${path} cannot be read: ${error.message}`,
    );
  });
  if (!found.isDirectory()) return [path];
  const files: string[] = [];
  for (const name of (await readdir(path, { recursive: true })).sort()) {
    if (basename(name).startsWith('.')) continue;
    if ((await stat(join(path, name))).isFile()) files.push(join(path, name));
  }
  return files;
}

/** False for a file in a folder `date=…` of another day. */
function isOfRange(name: string, { fromMs, toMs }: Range): boolean {
  const day = /(?:^|\/)date=(\d{4}-\d{2}-\d{2})\//.exec(name)?.[1];
  if (day === undefined) return true;
  const begin = Date.parse(`${day}T00:00:00Z`);
  return (toMs === undefined || begin < toMs) && (fromMs === undefined || begin + DAY_MS > fromMs);
}

interface Fetch {
  readonly range: Range;
  readonly folder: string;
  readonly s3: Pick<S3Client, 'send'>;
  readonly say: (line: string) => void;
}

async function fetched(place: S3Place, to: Fetch): Promise<readonly string[]> {
  const keys: string[] = [];
  let bytes = 0;
  for await (const { key, size } of objectsBelow(place, to.s3)) {
    if (size === 0 || !isOfRange(key, to.range)) continue;
    keys.push(key);
    bytes += size;
  }
  if (keys.length > 0)
    to.say(`Fetching ${keys.length} objects (${megabytes(bytes)}) from s3://${place.bucket}/${place.prefix}`);
  await mkdir(to.folder, { recursive: true });
  const files: string[] = [];
  for (let at = 0; at < keys.length; at += PARALLEL_GETS) {
    const some = keys.slice(at, at + PARALLEL_GETS);
    files.push(...(await Promise.all(some.map((key, index) => fetchOne(place.bucket, key, at + index, to)))));
  }
  return files;
}

/** The file's name is a number: a key may hold what no path should. */
async function fetchOne(bucket: string, key: string, number: number, { folder, s3 }: Fetch): Promise<string> {
  const file = join(folder, String(number));
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!(body instanceof Readable)) throw new CliError(`s3://${bucket}/${key} gave nothing.`);
  await pipeline(body, createWriteStream(file));
  return file;
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function rangeInWords({ fromMs, toMs }: Range): string {
  const from = fromMs === undefined ? '' : ` from ${new Date(fromMs).toISOString()}`;
  const to = toMs === undefined ? '' : ` to ${new Date(toMs).toISOString()}`;
  return `${from}${to}`;
}
