/**
 * How fast is NOVELTY in the job beside a bare loop over the library, and how much memory does a key take?
 * `npm run -s bench:novelty`, without streams and emulator: files in, the product's SQL, a blackhole out. Both sides
 * have the same forest parameters and as many threads as the job has slots; each measurement has a JVM of its own with
 * the heap of one KPU, and counts from when its models are warm. The two alternate; the median of the rounds counts.
 * State is kept in RocksDB, as on Managed Flink. Last line of standard output is JSON; `novelty` and `novelty_bare` are
 * records/s by the number of keys. `-- --rounds N --seconds N --keys N --rows N` for a quick look.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import sources from '../config/sources.json' with { type: 'json' };
import { prod } from '../lib/config/prod.ts';
import { jobProperties, PROPERTY_GROUP } from '../lib/pipeline/job-properties.ts';
import { ROOT } from '../local/paths.ts';
import { compileJob, runJava } from './java.ts';

const KEYS = [10, 1_000];
/** Readings of each key before the clock starts: models judge from the 151st on. */
const WARM_ROWS = 200;
/** With few keys the warm-up is that of the JVM. */
const LEAST_WARM_UP = 30_000;
/** More than two slots can judge in the measured seconds. */
const RECORDS_PER_SECOND = 60_000;
/** Keys and readings of the run that measures one key's memory with its windows, samples and saves complete. */
const FULL = { keys: 200, rows: 2_000 };
const TIMEOUT_MS = 1_800_000;
/** What one KPU of Managed Flink has. */
const HEAP = ['-Xmx4g'];
const ROCKSDB = 'state.backend.type=rocksdb';
const DETECTOR = 'novelty.sql';

const Speed = z.object({ records: z.number(), seconds: z.number(), cpu_seconds: z.number() });
type Speed = z.infer<typeof Speed>;
const Memory = z.object({ before_bytes: z.number(), heap_bytes: z.number(), records: z.number() });

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '15' },
    keys: { type: 'string', default: '10000' },
    rows: { type: 'string', default: String(WARM_ROWS) },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const folder = join(ROOT, '.tocsin', 'novelty');
const tables = join(ROOT, 'bench', 'throughput', 'tables');
const say = (line: string) => console.error(line);

/** The properties of stage prod with one novelty rule; the path of the file with them. */
function properties(shards: string): string {
  const write = (file: string, content: unknown): string => {
    const path = join(shards, file);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const rule = { id: 'amount-novelty', kind: 'novelty', source: 'transactions', metric: 'amount' };
  const ofProd = jobProperties(prod, {
    region: 'none',
    inputs: [{ name: 'readings', arn: 'none' }],
    anomaliesStreamArn: 'none',
    rejectsStreamArn: 'none',
    sourcesUri: pathToFileURL(write('sources.json', { version: 1, ...sources })).href,
    rulesUri: pathToFileURL(write('rules.json', { version: 1, rules: [rule] })).href,
  });
  // Polling rules has no end, and a measured run must have one.
  const bounded = { ...ofProd, rules_poll_ms: '0', shards_path: shards };
  return write('properties.json', [{ PropertyGroupId: PROPERTY_GROUP, PropertyMap: bounded }]);
}

function main(): void {
  say('Compiling the job …');
  const classPath = compileJob();
  const java = (program: string, ...args: readonly string[]) =>
    runJava({ classPath, main: `tocsin.bench.${program}`, args, flags: HEAP, timeoutMs: TIMEOUT_MS });
  const lastLine = (said: string): unknown => JSON.parse(said.trim().split('\n').at(-1) ?? '');
  const written = (keys: number, records: number): string => {
    const shards = join(folder, `${keys}-keys-${records}`);
    mkdirSync(shards, { recursive: true });
    java('ThroughputMain', 'write', shards, String(records), String(keys));
    return shards;
  };

  const warmUp = (keys: number) => Math.max(LEAST_WARM_UP, keys * WARM_ROWS);
  const candidates = KEYS.flatMap((keys) => {
    const shards = written(keys, warmUp(keys) + seconds * RECORDS_PER_SECOND);
    const until = [String(warmUp(keys)), String(seconds)];
    const job = ['job', shards, ...until, properties(shards), tables, DETECTOR, ROCKSDB];
    return [
      { name: 'novelty', keys, run: () => java('ThroughputMain', ...job) },
      { name: 'novelty_bare', keys, run: () => java('NoveltyMain', 'forests', String(keys), ...until) },
    ].map((candidate) => ({ ...candidate, runs: [] as Speed[] }));
  });
  for (let round = 0; round < rounds; round++) {
    for (const { name, keys, run, runs } of candidates) {
      const speed = Speed.parse(lastLine(run()));
      say(`${name}, ${keys} keys: ${Math.round(speed.records / speed.seconds)} records/s`);
      runs.push(speed);
    }
  }
  const figures = (of: (speed: Speed) => number) => {
    const byName: Record<string, Record<string, number>> = { novelty: {}, novelty_bare: {} };
    for (const { name, keys, runs } of candidates) {
      byName[name] = { ...byName[name], [keys]: Math.round(median(runs.map(of))) };
    }
    return byName;
  };

  const memory = (keys: number, rows: number) => {
    const shards = written(keys, keys * rows);
    const measured = Memory.parse(
      lastLine(java('NoveltyMain', 'heap', shards, properties(shards), tables, DETECTOR, ROCKSDB)),
    );
    rmSync(shards, { recursive: true });
    say(`${keys} keys of ${rows} readings: ${Math.round(measured.heap_bytes / 1e6)} MB of heap`);
    return measured;
  };
  const many = memory(Number(options.keys), Number(options.rows));
  const full = memory(FULL.keys, FULL.rows);
  rmSync(folder, { recursive: true });
  const perSecond = figures((speed) => speed.records / speed.seconds);
  console.log(
    JSON.stringify({
      ...perSecond,
      ratios: Object.fromEntries(KEYS.map((keys) => [keys, ratioOf(perSecond, keys)])),
      bytes_per_key: Math.round((full.heap_bytes - full.before_bytes) / FULL.keys),
      [`heap_${options.keys}_keys_bytes`]: many.heap_bytes,
      /** Not changed by what else the machine does, other than records/s. */
      records_per_cpu_second: figures((speed) => speed.records / speed.cpu_seconds),
      slots: 2,
      state_backend: 'rocksdb',
      rounds,
    }),
  );
}

function ratioOf(figures: Record<string, Record<string, number>>, keys: number): number {
  return Math.round(((figures.novelty?.[keys] ?? 0) / (figures.novelty_bare?.[keys] ?? 1)) * 1_000) / 1_000;
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

main();
