/** The rows in files of the archive, as JSON lines, whichever format they were written in. */
import { spawn } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { projectRoot } from '../../lib/config/load.ts';
import { CliError } from '../errors.ts';

/** A line and where it stands, for messages. */
export interface ArchiveLine {
  readonly text: string;
  readonly where: string;
}

type Format = 'json' | 'gzip' | 'parquet';

/**
 * All rows of the files, in no promised order. Firehose's objects have no extension, so the first bytes tell the format.
 * @throws CliError that names the file which cannot be read
 */
export async function* archiveLines(files: readonly string[]): AsyncGenerator<ArchiveLine> {
  const parquet: string[] = [];
  for (const file of files) {
    const format = await formatOf(file);
    if (format === 'parquet') parquet.push(file);
    else yield* textLines(file, format);
  }
  if (parquet.length > 0) yield* parquetLines(parquet);
}

async function formatOf(file: string): Promise<Format> {
  const handle = await open(file).catch((error) => {
    throw unreadable(file, error);
  });
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.toString('latin1') === 'PAR1') return 'parquet';
    return buffer[0] === 0x1f && buffer[1] === 0x8b ? 'gzip' : 'json';
  } finally {
    await handle.close();
  }
}

async function* textLines(file: string, format: 'json' | 'gzip'): AsyncGenerator<ArchiveLine> {
  const bytes = createReadStream(file);
  const input = format === 'gzip' ? bytes.pipe(createGunzip()) : bytes;
  let number = 0;
  try {
    for await (const text of linesOf(input)) {
      number += 1;
      if (text.trim() !== '') yield { text, where: `${file}, line ${number}` };
    }
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(file, error);
  }
}

/** Parquet is read by DuckDB, which the project's Python environment holds. */
async function* parquetLines(files: readonly string[]): AsyncGenerator<ArchiveLine> {
  const python = join(projectRoot, '.venv', 'bin', 'python');
  if (!existsSync(python)) {
    throw new CliError(
      `${files[0]} is a Parquet file, and what reads it is not installed. Run once: npm run setup`,
    );
  }
  const reader = spawn(python, [join(import.meta.dirname, 'read_parquet.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let fault = '';
  reader.stderr.on('data', (text: Buffer) => {
    fault += text.toString('utf8');
  });
  const ended = new Promise<number | null>((resolve) => reader.on('close', resolve));
  reader.stdin.end(`${files.join('\n')}\n`);
  try {
    let number = 0;
    for await (const text of linesOf(reader.stdout)) {
      number += 1;
      yield { text, where: `Row ${number} of the Parquet files` };
    }
    if ((await ended) !== 0) throw new CliError(`A Parquet file cannot be read: ${lastLine(fault)}`);
  } finally {
    reader.kill();
  }
}

function linesOf(input: Readable): AsyncIterable<string> {
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function unreadable(file: string, error: unknown): CliError {
  return new CliError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
}
