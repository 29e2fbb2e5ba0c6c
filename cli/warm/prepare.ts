/** Prepares the archive for a job that starts from it: all records since an instant, once each, in the order of arrival. */
import { rmSync } from 'node:fs';
import { mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { gather } from '../backtest/gather.ts';
import { LineCursor } from '../backtest/line-cursor.ts';
import { CliError } from '../errors.ts';
import { MANIFEST, type WarmManifest } from './manifest.ts';
import { Parts } from './parts.ts';
import type { WarmPlace } from './place.ts';

/** What `gather` wrote of a record, beside its bytes. */
const Line = z.object({ stream: z.string(), shard_id: z.string(), sequence_number: z.string() });

export interface PrepareOptions {
  /** A file, a folder, or `s3://bucket/prefix`, with the archive's files. */
  readonly input: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Short names of the stage's input streams: each gets a manifest, also where it had no records. */
  readonly inputs: readonly string[];
  readonly to: WarmPlace;
  readonly s3: Pick<S3Client, 'send'>;
  readonly say: (line: string) => void;
  /** @default what a job reads at ease; for tests */
  readonly objectLength?: number;
}

export interface Prepared {
  readonly records: number;
  /** Rows that the archive held more than once; each is there once. */
  readonly duplicates: number;
  readonly manifests: Readonly<Record<string, WarmManifest>>;
}

/** @throws CliError when it is prepared already, there are no records, or a file cannot be read */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { input, fromMs, untilMs, inputs, to, s3, say } = options;
  await refuseSecond(to, inputs);
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-warm-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Also when it is interrupted: an archive is large.
  process.once('exit', remove);
  try {
    const gathered = await gather({ input, range: { fromMs, toMs: untilMs }, folder, s3, say });
    say(
      `${gathered.records.toLocaleString('en')} records are in the order of their arrival; writing them to ${to.uri}`,
    );
    const parts = await written(gathered.file, options);
    const manifests: Record<string, WarmManifest> = {};
    for (const [stream, each] of parts) manifests[stream] = await each.finish(iso(fromMs), iso(untilMs));
    // Last, and after all objects: a manifest says that all of it is there.
    for (const [stream, manifest] of Object.entries(manifests)) {
      await to.write(`${stream}/${MANIFEST}`, JSON.stringify(manifest));
    }
    return { records: gathered.records, duplicates: gathered.duplicates, manifests };
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** A job may be reading it, or go on in the middle of it after a restart. */
async function refuseSecond(to: WarmPlace, inputs: readonly string[]): Promise<void> {
  for (const stream of inputs) {
    if (await to.holds(`${stream}/${MANIFEST}`)) {
      throw new CliError(
        `${to.uri} was prepared before, and a job may be reading it. Take another instant: --from, a second later will do.`,
      );
    }
  }
}

async function written(
  file: string,
  { inputs, to, objectLength }: PrepareOptions,
): Promise<ReadonlyMap<string, Parts>> {
  const parts = new Map(inputs.map((stream) => [stream, new Parts(to, stream, objectLength)]));
  const handle = await open(file);
  try {
    const cursor = new LineCursor(handle, 0, (await handle.stat()).size);
    for (let line = await cursor.next(); line !== undefined; line = await cursor.next()) {
      const { stream, shard_id: shardId, sequence_number: sequenceNumber } = Line.parse(JSON.parse(line));
      // Of a stream that the stage no longer has, nobody reads on.
      await parts.get(stream)?.add({ shardId, sequenceNumber, line });
    }
  } finally {
    await handle.close();
  }
  return parts;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
