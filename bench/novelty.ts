/**
 * How fast is NOVELTY in the job beside a bare loop over the library, and how much memory does a key take?
 * `npm run -s bench:novelty`, without streams and emulator: files in, the product's SQL, a blackhole out. Both sides
 * have the same forest parameters and as many threads as the job has slots; each measurement has a JVM of its own with
 * the heap of one KPU, and counts from when its models are warm. The two alternate; the median of the rounds counts.
 * State is kept in RocksDB, as on Managed Flink. Last line of standard output is JSON; `novelty` and `novelty_bare` are
 * records/s by the number of keys. By default some 12 minutes, where 10,000 readings/s are judged: 7 of rounds, 5 of memory, of
 * which the 1.6 million readings of 10,000 keys take most. `-- --rounds N --seconds N --keys N --rows N` for a quick look; `--rounds 0` leaves
 * the speed out, `--keys 0` the memory.
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
/** With few keys the warm-up is that of the JVM, whose compilers take some ten seconds of one core. */
const LEAST_WARM_UP = 100_000;
/** More than two slots can judge in the measured seconds. */
const RECORDS_PER_SECOND = 60_000;
/** Readings of each key where the heap is measured: models judge, and their forests' samples (128) are full. */
const HEAP_ROWS = 160;
/** The memory of one key, with windows, samples and a save complete: what so many keys take beyond what a few take. */
const FULL = { keys: 300, few: 20, rows: 1_200 };
const TIMEOUT_MS = 1_800_000;
/** What one KPU of Managed Flink has. */
const HEAP = ['-Xmx4g'];
const ROCKSDB = 'state.backend.type=rocksdb';
const DETECTOR = 'novelty.sql';

const Speed = z.object({ records: z.number(), seconds: z.number(), cpu_seconds: z.number() });
type Speed = z.infer<typeof Speed>;
const Memory = z.object({ heap_bytes: z.number(), records: z.number() });
type Memory = z.infer<typeof Memory>;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '15' },
    keys: { type: 'string', default: '10000' },
    rows: { type: 'string', default: String(HEAP_ROWS) },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const folder = join(ROOT, '.tocsin', 'novelty');
const tables = join(ROOT, 'bench', 'throughput', 'tables');
const say = (line: string) => console.error(line);

/** The properties of stage prod with one novelty rule; the path of the file with them. */
function properties(shards: string, keys: number): string {
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
  const max_novelty_keys = String(keys);
  const bounded = { ...ofProd, max_novelty_keys, rules_poll_ms: '0', shards_path: shards };
  return write('properties.json', [{ PropertyGroupId: PROPERTY_GROUP, PropertyMap: bounded }]);
}

interface Bench {
  /** Runs a program of the bench and returns what its last line says. */
  readonly run: (program: string, ...args: readonly string[]) => unknown;
  /** Makes that many records of so many keys; the folder with them. */
  readonly write: (keys: number, records: number) => string;
}

function prepare(): Bench {
  say('Compiling the job …');
  const classPath = compileJob();
  const java = (program: string, args: readonly string[]) =>
    runJava({ classPath, main: `tocsin.bench.${program}`, args, flags: HEAP, timeoutMs: TIMEOUT_MS });
  return {
    run: (program, ...args) => JSON.parse(java(program, args).trim().split('\n').at(-1) ?? ''),
    write: (keys, records) => {
      const shards = join(folder, `${keys}-keys-${records}`);
      mkdirSync(shards, { recursive: true });
      java('ThroughputMain', ['write', shards, String(records), String(keys)]);
      return shards;
    },
  };
}

interface Candidate {
  readonly name: 'novelty' | 'novelty_bare';
  readonly keys: number;
  readonly measure: () => unknown;
  readonly runs: Speed[];
}

/** The job and the bare loop, both at each number of keys, by turns. */
function speeds({ run, write }: Bench): Candidate[] {
  const candidates = KEYS.flatMap((keys): Candidate[] => {
    const warmUp = Math.max(LEAST_WARM_UP, keys * WARM_ROWS);
    const shards = write(keys, warmUp + seconds * RECORDS_PER_SECOND);
    const until = [String(warmUp), String(seconds)];
    const job = [shards, ...until, properties(shards, keys), tables, DETECTOR, ROCKSDB];
    return [
      { name: 'novelty', keys, measure: () => run('ThroughputMain', 'job', ...job), runs: [] },
      {
        name: 'novelty_bare',
        keys,
        measure: () => run('NoveltyMain', 'forests', String(keys), ...until),
        runs: [],
      },
    ];
  });
  for (let round = 0; round < rounds; round++) {
    for (const { name, keys, measure, runs } of candidates) {
      const speed = Speed.parse(measure());
      say(
        `${name}, ${keys} keys: ${perSecond(speed)} records/s, ${perCpuSecond(speed)} per second of processor time`,
      );
      runs.push(speed);
    }
  }
  return candidates;
}

/** Records/s and the like by name and number of keys, and the job's share of the bare loop's. */
function figures(candidates: readonly Candidate[], of: (speed: Speed) => number) {
  const byKeys = (name: string): Record<string, number> =>
    Object.fromEntries(
      candidates.filter((one) => one.name === name).map(({ keys, runs }) => [keys, median(runs.map(of))]),
    );
  const novelty = byKeys('novelty');
  const novelty_bare = byKeys('novelty_bare');
  const ratio = Object.fromEntries(
    KEYS.map((keys) => [
      keys,
      Math.round((1_000 * (novelty[keys] ?? 0)) / (novelty_bare[keys] ?? 0)) / 1_000,
    ]),
  );
  return { novelty, novelty_bare, ratio };
}

/** Heap of the job, collected, with the models of so many keys after so many readings each. */
function memory({ run, write }: Bench, keys: number, rows: number): Memory {
  const started = performance.now();
  const shards = write(keys, keys * rows);
  const heap = ['heap', shards, properties(shards, keys), tables, DETECTOR, ROCKSDB];
  const measured = Memory.parse(run('NoveltyMain', ...heap));
  rmSync(shards, { recursive: true });
  const seconds = Math.round((performance.now() - started) / 1_000);
  say(
    `${keys} keys of ${rows} readings: ${Math.round(measured.heap_bytes / 1e6)} MB of heap; took ${seconds} s`,
  );
  return measured;
}

function main(): void {
  const bench = prepare();
  const candidates = rounds > 0 ? speeds(bench) : [];
  const heaps: Record<string, number> = {};
  const keys = Number(options.keys);
  if (keys > 0) {
    heaps[`heap_${keys}_keys_bytes`] = memory(bench, keys, Number(options.rows)).heap_bytes;
    const few = memory(bench, FULL.few, FULL.rows).heap_bytes;
    const full = memory(bench, FULL.keys, FULL.rows).heap_bytes;
    heaps.bytes_per_key = Math.round((full - few) / (FULL.keys - FULL.few));
  }
  rmSync(folder, { recursive: true });
  const speed = rounds > 0 ? figures(candidates, perSecond) : {};
  // Not changed by what else the machine does, other than records/s.
  const cpu = rounds > 0 ? { per_cpu_second: figures(candidates, perCpuSecond) } : {};
  console.log(JSON.stringify({ ...speed, ...heaps, ...cpu, slots: 2, state_backend: 'rocksdb', rounds }));
}

function perSecond(speed: Speed): number {
  return Math.round(speed.records / speed.seconds);
}

function perCpuSecond(speed: Speed): number {
  return Math.round(speed.records / speed.cpu_seconds);
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

main();
