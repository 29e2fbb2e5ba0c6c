import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { gather } from '../../../cli/backtest/gather.ts';

const PYTHON = join(__dirname, '..', '..', '..', '.venv', 'bin', 'python');
const everything = { fromMs: undefined, toMs: undefined };
const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-gather-'));
  await mkdir(join(folder, 'in'));
});
afterEach(() => rm(folder, { recursive: true }));

const row = (sequence: number, arrival: string, raw: string | null = `{"n":${sequence}}`) => ({
  arrival_time: arrival,
  stream: 'readings',
  shard_id: 'shardId-0',
  sequence_number: String(sequence),
  raw,
  raw_base64: raw === null ? 'w4M=' : null,
});
const lines = (...rows: readonly object[]) => rows.map((each) => `${JSON.stringify(each)}\n`).join('');

async function put(name: string, content: string | Buffer) {
  const file = join(folder, 'in', name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** Everything that a bucket must do here. */
function bucket(objects: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ListObjectsV2Command) {
      const keys = Object.keys(objects).filter((key) => key.startsWith(command.input.Prefix ?? ''));
      // A page a key, so that paging is tested too.
      const at = Number(command.input.ContinuationToken ?? 0);
      const Contents = keys.slice(at, at + 1).map((Key) => ({ Key, Size: 1 }));
      return { Contents, ...(at + 1 < keys.length && { NextContinuationToken: String(at + 1) }) };
    }
    if (!(command instanceof GetObjectCommand)) throw new Error('the fake knows no such command');
    asked.push(command.input.Key ?? '');
    return { Body: Readable.from([objects[command.input.Key ?? ''] ?? '']) };
  };
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's overloads of send cannot be written down for a fake
  return { client: { send } as any, asked };
}

async function gathered(
  input = join(folder, 'in'),
  range: Parameters<typeof gather>[0]['range'] = everything,
  s3 = bucket({}).client,
) {
  const { file, ...rest } = await gather({ input, range, folder, s3, say: () => undefined });
  const text = await readFile(file, 'utf8');
  const rows = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { ...rest, rows, numbers: rows.map(({ sequence_number }) => Number(sequence_number)) };
}

describe('gathering an archive', () => {
  it('reads JSON lines, gzipped or not, with times as the archive writes them or as ISO 8601', async () => {
    await put('source=a/date=2026-03-01/x', lines(row(2, '2026-03-01 10:00:00.250')));
    await put('source=b/date=2026-03-01/y.gz', gzipSync(lines(row(1, '2026-03-01T10:00:00.100Z'))));
    const { numbers, rows, fromMs, untilMs } = await gathered();
    expect(numbers).toEqual([1, 2]);
    expect(rows[1]).toEqual({
      stream: 'readings',
      arrival_ms: Date.parse('2026-03-01T10:00:00.250Z'),
      shard_id: 'shardId-0',
      sequence_number: '2',
      raw: '{"n":2}',
    });
    expect(untilMs - fromMs).toBe(150);
  });

  it('keeps bytes that are no text as bytes', async () => {
    await put('x', lines(row(1, '2026-03-01 10:00:00.000', null)));
    expect((await gathered()).rows[0]).toMatchObject({ raw_base64: 'w4M=' });
  });

  it('takes only what arrived in the time asked for, and opens no folder of another day', async () => {
    await put('source=a/date=2026-02-28/x', 'not an archive row');
    await put(
      'source=a/date=2026-03-01/x',
      lines(row(1, '2026-03-01 00:00:00.000'), row(2, '2026-03-01 23:59:59.999')),
    );
    await put('source=a/date=2026-03-02/x', 'not an archive row');
    const range = { fromMs: day('2026-03-01'), toMs: day('2026-03-02') };
    const { numbers, fromMs, untilMs } = await gathered(join(folder, 'in'), range);
    expect(numbers).toEqual([1, 2]);
    expect([fromMs, untilMs]).toEqual([range.fromMs, range.toMs]);
  });

  it('fetches from a bucket only the days asked for', async () => {
    const { client, asked } = bucket({
      'archive/source=a/date=2026-02-27/x': lines(row(1, '2026-02-27 10:00:00.000')),
      'archive/source=a/date=2026-03-01/x': lines(row(2, '2026-03-01 10:00:00.000')),
      'archive/source=a/date=2026-03-01/y': lines(row(3, '2026-03-01 11:00:00.000')),
      'rejects/date=2026-03-01/x': 'no row of the archive',
    });
    const range = { fromMs: day('2026-03-01'), toMs: undefined };
    expect((await gathered('s3://bucket', range, client)).numbers).toEqual([2, 3]);
    expect(asked).toEqual(['archive/source=a/date=2026-03-01/x', 'archive/source=a/date=2026-03-01/y']);
  });

  const withDuckDb = existsSync(PYTHON) ? it : it.skip;
  withDuckDb('reads Parquet as Firehose writes it', async () => {
    await put('rows.json', lines(row(1, '2026-03-01 10:00:00.123'), row(2, '2026-03-01 10:00:01.000', null)));
    const [from, to] = [join(folder, 'in', 'rows.json'), join(folder, 'in', 'source=a', 'rows')];
    await mkdir(dirname(to));
    const sql = `COPY (SELECT * REPLACE (arrival_time::TIMESTAMP AS arrival_time) FROM read_json('${from}')) TO '${to}' (FORMAT parquet, COMPRESSION snappy)`;
    execFileSync(PYTHON, ['-c', `import duckdb; duckdb.sql("""${sql}""")`]);
    await rm(from);
    const { rows } = await gathered();
    expect(rows).toMatchObject([
      { sequence_number: '1', arrival_ms: Date.parse('2026-03-01T10:00:00.123Z'), raw: '{"n":1}' },
      { sequence_number: '2', raw_base64: 'w4M=' },
    ]);
  });

  withDuckDb('names the Parquet file that is broken', async () => {
    await put('broken', 'PAR1 and nothing more');
    await expect(gathered()).rejects.toThrow(/Parquet file cannot be read.*broken/);
  });

  it('names the file and the line that are no row of the archive', async () => {
    await put('x', `${lines(row(1, '2026-03-01 10:00:00.000'))}{"stream":"readings"}\n`);
    await expect(gathered()).rejects.toThrow(/in\/x, line 2 is no row of the archive \(arrival_time: /);
  });

  it('says of a time that cannot be read which one it is', async () => {
    await put('x', lines(row(1, 'yesterday')));
    await expect(gathered()).rejects.toThrow(/line 1: arrival_time "yesterday" is no time/);
  });

  it('says what to do when there is nothing to replay', async () => {
    await expect(gathered()).rejects.toThrow(/There are no files of the archive/);
    await expect(gathered(join(folder, 'nowhere'))).rejects.toThrow(/There is no file or folder/);
    await put('x', '\n');
    await expect(gathered()).rejects.toThrow(/There are no records in/);
    await put('x', lines(row(1, '2026-03-01 10:00:00.000')));
    const range = { fromMs: day('2026-04-01'), toMs: undefined };
    await expect(gathered(join(folder, 'in'), range)).rejects.toThrow(/None of the 1 records .*Widen it/);
  });
});
