/** From an archive to one file of its records in the order of arrival. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { CliError } from '../errors.ts';
import { archiveFiles, type Range } from './archive-folder.ts';
import { archiveLines } from './archive-lines.ts';
import { ArrivalOrder } from './arrival-order.ts';
import type { Gathered } from './replay.ts';
import { replayRecord } from './replay-record.ts';

export interface GatherOptions {
  /** A file, a folder, or `s3://bucket/prefix`. */
  readonly input: string;
  readonly range: Range;
  /** Gets the records; needs as much room as they take. */
  readonly folder: string;
  readonly s3: Pick<S3Client, 'send'>;
  readonly say: (line: string) => void;
}

/** @throws CliError when there is no record in the range, or a file cannot be read */
export async function gather({ input, range, folder, s3, say }: GatherOptions): Promise<Gathered> {
  const fetched = join(folder, 'fetched');
  const files = await archiveFiles(input, range, fetched, s3, say);
  const order = new ArrivalOrder(folder);
  let read = 0;
  for await (const { text, where } of archiveLines(files)) {
    read += 1;
    const record = replayRecord(text, where);
    if (isIn(range, record.arrivalMs)) await order.add(record);
  }
  const { file, records, duplicates, firstArrivalMs, lastArrivalMs } = await order.finish();
  await rm(fetched, { recursive: true, force: true });
  if (records === 0) {
    throw new CliError(
      read === 0
        ? `There are no records in ${input}.`
        : `None of the ${read} records in ${input} arrived in that time. Widen it: --from, --to.`,
    );
  }
  const fromMs = range.fromMs ?? firstArrivalMs;
  return { file, records, duplicates, fromMs, untilMs: range.toMs ?? lastArrivalMs };
}

function isIn({ fromMs, toMs }: Range, arrivalMs: number): boolean {
  return (fromMs === undefined || arrivalMs >= fromMs) && (toMs === undefined || arrivalMs < toMs);
}
