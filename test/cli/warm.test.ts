import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { WarmManifest } from '../../cli/warm/manifest.ts';
import { warmPlace } from '../../cli/warm/place.ts';
import { type PrepareOptions, prepare } from '../../cli/warm/prepare.ts';
import { transform } from '../../lambdas/archive/transform.ts';
import { loadConfig } from '../../lib/config/load.ts';
import { archivedWeek, type WeekRecord, weekOfPayments, writeArchive } from './backtest/week.ts';
import { runCli } from './fakes.ts';

const NOW_MS = Date.now();
const DAY_MS = 86_400_000;
const START_MS = NOW_MS - 7 * DAY_MS;
const silent = () => undefined;

let root: string;
let archive: string;
let week: readonly WeekRecord[];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tocsin-warm-test-'));
  archive = join(root, 'archive');
  week = weekOfPayments(3, START_MS);
  await writeArchive(archivedWeek(week, loadConfig({ stage: 'dev' }).sources.sources), archive);
});
afterAll(() => rm(root, { recursive: true }));

const manifestIn = async (folder: string, stream = 'readings'): Promise<WarmManifest> =>
  JSON.parse(await readFile(join(folder, stream, 'manifest.json'), 'utf8'));

async function linesIn(folder: string, { objects }: WarmManifest) {
  const texts = await Promise.all(objects.map((name) => readFile(join(folder, 'readings', name))));
  return texts.flatMap((bytes) => gunzipSync(bytes).toString('utf8').trimEnd().split('\n'));
}

// biome-ignore lint/suspicious/noExplicitAny: nothing here may send
const noS3: any = {
  send: async () => {
    throw new Error('nothing is to be sent');
  },
};

/** @param folder name of the folder to prepare in */
const prepared = (
  folder: string,
  untilMs: number,
  options: Partial<Pick<PrepareOptions, 'input' | 'objectLength'>> = {},
) =>
  prepare({
    input: archive,
    fromMs: START_MS + DAY_MS,
    untilMs,
    inputs: ['readings', 'pumps'],
    to: warmPlace(join(root, folder), noS3),
    s3: noS3,
    say: silent,
    ...options,
  });

describe('an archive that is prepared for a job to start from', () => {
  it('holds each record of the time once, in the order of arrival, in objects of a bounded size', async () => {
    const untilMs = START_MS + 3 * DAY_MS;
    const { records, duplicates } = await prepared('cut', untilMs, { objectLength: 50_000 });
    const manifest = await manifestIn(join(root, 'cut'));
    const rows = (await linesIn(join(root, 'cut'), manifest)).map((line) => JSON.parse(line));
    const wanted = week
      .filter(({ eventMs }) => eventMs + 300 >= START_MS + DAY_MS && eventMs + 300 < untilMs)
      .map(({ data }) => data);
    expect(rows.map(({ raw }) => raw)).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(1_000);
    expect(records).toBe(wanted.length);
    expect(duplicates).toBe(0);
    expect(manifest.objects.length).toBeGreaterThan(3);
    expect(manifest).toMatchObject({
      version: 1,
      from: new Date(START_MS + DAY_MS).toISOString(),
      until: new Date(untilMs).toISOString(),
      records: wanted.length,
    });
  });

  it('says of each shard which record was the last, so that the job goes on behind it', async () => {
    await prepared('last', START_MS + 2 * DAY_MS);
    const manifest = await manifestIn(join(root, 'last'));
    const rows = (await linesIn(join(root, 'last'), manifest)).map((line) => JSON.parse(line));
    const last = Object.fromEntries(rows.map((row) => [row.shard_id, row.sequence_number]));
    expect(manifest.shards).toEqual(last);
    expect(Object.keys(last)).toHaveLength(2);
  });

  it('holds all records of an aggregate that Firehose took apart, and goes on behind the aggregate', async () => {
    const shard = { shardId: 'shardId-000000000000', partitionKey: 'k', sequenceNumber: '4967' };
    const arrivalMs = START_MS + DAY_MS;
    const texts = Array.from({ length: 100 }, (_, index) => `{"index":${index}}`);
    const { records: made } = transform(
      {
        ...{ invocationId: 'i', deliveryStreamArn: 'arn', region: 'us-east-1' },
        records: texts.map((text, index) => ({
          ...{ recordId: text, approximateArrivalTimestamp: arrivalMs },
          data: Buffer.from(text).toString('base64'),
          kinesisRecordMetadata: {
            ...{ ...shard, subsequenceNumber: String(index), approximateArrivalTimestamp: arrivalMs },
          },
        })),
      },
      'readings',
      [],
    );
    const rows = made.map(({ data }) => Buffer.from(data ?? '', 'base64').toString());
    const input = join(root, 'taken-apart.jsonl');
    // Firehose keeps no order, and delivers at least once.
    await writeFile(input, [...rows, rows[7]].reverse().join(''));

    const { records, duplicates } = await prepared('apart', START_MS + 2 * DAY_MS, { input });
    const manifest = await manifestIn(join(root, 'apart'));
    const lines = (await linesIn(join(root, 'apart'), manifest)).map((line) => JSON.parse(line));
    expect(lines.map(({ raw }) => raw)).toEqual(texts);
    expect([lines[0]?.sequence_number, lines[99]?.sequence_number]).toEqual(['4967.0', '4967.99']);
    expect([records, duplicates]).toEqual([100, 1]);
    // Kinesis knows no number with a dot: the job asks it for what is behind this one.
    expect(manifest.shards).toEqual({ 'shardId-000000000000': '4967' });
  });

  it('has a manifest of an input that had no records, too', async () => {
    await prepared('none', START_MS + 2 * DAY_MS);
    expect(await manifestIn(join(root, 'none'), 'pumps')).toMatchObject({
      objects: [],
      shards: {},
      records: 0,
    });
  });

  it('is not written a second time under a job that may be reading it', async () => {
    await prepared('twice', START_MS + 2 * DAY_MS);
    await expect(prepared('twice', START_MS + 2 * DAY_MS)).rejects.toThrow(/was prepared before/);
  });

  it('has no manifest where an object could not be written', async () => {
    const to = { ...warmPlace(join(root, 'failed'), noS3), write: () => Promise.reject(new Error('full')) };
    const options = { input: archive, inputs: ['readings'], to, s3: noS3, say: silent };
    await expect(prepare({ ...options, fromMs: START_MS, untilMs: NOW_MS })).rejects.toThrow('full');
    await expect(readdir(join(root, 'failed'))).rejects.toThrow('ENOENT');
  });

  it('lies in a bucket below its prefix', async () => {
    const put: string[] = [];
    const send = async (command: unknown) => {
      if (command instanceof HeadObjectCommand) throw Object.assign(new Error(), { name: 'NotFound' });
      if (command instanceof PutObjectCommand) put.push(`${command.input.Bucket}/${command.input.Key}`);
      return {};
    };
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's overloads of send cannot be written down for a fake
    const place = warmPlace('s3://bucket/warm/1', { send } as any);
    expect(place.uri).toBe('s3://bucket/warm/1/');
    expect(await place.holds('readings/manifest.json')).toBe(false);
    await place.write('readings/manifest.json', '{}');
    expect(put).toEqual(['bucket/warm/1/readings/manifest.json']);
  });
});

describe('tocsin warm', () => {
  const from = new Date(START_MS).toISOString();
  const warm = (...args: readonly string[]) => runCli(['warm', '--input', archive, ...args]);

  it('prepares the archive and says what to set', async () => {
    const { code, out, err } = await warm('--from', from, '--out', join(root, 'command'));
    if (code !== 0) throw new Error(err);
    expect(out).toContain(`warmFrom: '${from}',`);
    expect(out).toMatch(/quietUntil: '20\d\d-/);
    const { until } = await manifestIn(join(root, 'command'));
    // What Firehose may not have written yet is left to the stream.
    expect(Date.parse(until)).toBeLessThan(NOW_MS - 15 * 60_000);
    expect(Date.parse(until)).toBeGreaterThan(NOW_MS - 60 * 60_000);
  });

  it("counts what of the stage's own archive never reached it", async () => {
    const at = (key: string, day: number) => ({ Key: key, LastModified: new Date(START_MS + day * DAY_MS) });
    const row = { stream: 'readings', shard_id: 's', sequence_number: '1', raw: '{}' };
    const arrival_time = new Date(START_MS + DAY_MS).toISOString();
    const answer = (command: unknown) => {
      if (command instanceof HeadObjectCommand) throw Object.assign(new Error(), { name: 'NotFound' });
      if (command instanceof GetObjectCommand)
        return { Body: Readable.from([JSON.stringify({ ...row, arrival_time })]) };
      if (!(command instanceof ListObjectsV2Command)) return {};
      return command.input.Prefix === 'errors/'
        ? { Contents: [at('errors/readings/a', -1), at('errors/readings/b', 1), at('errors/rejects/c', 1)] }
        : { Contents: [{ Key: 'archive/source=s/a', Size: 1 }] };
    };
    const stacks = { 'Tocsin-dev-Data': { ArchiveBucketName: 'archive' } };
    const { code, out, err } = await runCli(['warm', '--from', from, '--json'], { stacks, answer });
    if (code !== 0) throw new Error(err);
    expect(err).toContain(
      '1 objects below s3://archive/errors/ since then hold records that were never archived',
    );
    expect(JSON.parse(out)).toMatchObject({ records: 1, never_archived: 1 });
    expect(JSON.parse(out).uri).toMatch(/^s3:\/\/archive\/warm\/20\d{6}T\d{6}\.\d{3}Z\/$/);
  });

  it('refuses an end from which the streams do not hold all that came since', async () => {
    const to = new Date(START_MS + DAY_MS).toISOString();
    const { code, err } = await warm('--from', from, '--to', to, '--out', join(root, 'old'));
    expect(code).toBe(1);
    expect(err).toMatch(/The streams keep \d+ hours/);
  });

  it('refuses times that make no sense', async () => {
    const out = ['--out', join(root, 'nonsense')];
    expect((await warm('--from', 'then', ...out)).err).toMatch(/--from then is no time/);
    expect((await warm('--from', '2999-01-01', ...out)).err).toMatch(/must lie before/);
    expect((await warm('--from', from, '--to', '2999-01-01', ...out)).err).toMatch(/is yet to come/);
    expect((await warm(...out)).err).toMatch(/--from/);
  });
});
