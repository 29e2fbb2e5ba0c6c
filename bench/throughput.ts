/**
 * How many records a second does the job take, beside what its own reader and a bare Jackson loop take?
 * `npm run -s bench:throughput`, without streams and emulator: files in, the product's SQL, blackholes out. Each
 * measurement has a JVM of its own and counts from when it is warm; all are alternated, and the median of the rounds
 * counts. The Jackson loop is one loop on one thread; jobs have two slots, and `per_core` divides by the cores used.
 * `all_sql` has a rule of every kind that SQL judges; novelty, which is a function, has bench:novelty. Last line of
 * standard output is JSON, in records/s. State is in RocksDB, where Managed Flink keeps it. `-- --records N --rounds N`
 * for a quick look, `--backend hashmap` for state on the heap.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import sources from '../config/sources.json' with { type: 'json' };
import { prod } from '../lib/config/prod.ts';
import { jobProperties, PROPERTY_GROUP } from '../lib/pipeline/job-properties.ts';
import { ROOT } from '../local/paths.ts';
import { compileJob, runJava } from './java.ts';
import rules from './throughput/rules.json' with { type: 'json' };

const FEW_KEYS = 1_000;
const MANY_KEYS = 100_000;
/**
 * Share of the records that warms a run up, before its clock starts. Of many keys each has a whole baseline long before;
 * the job with a rule of every kind is so large that the JVM compiles for a minute, on the processors that it measures.
 */
const WARM_UP = 0.67;
/** Half of what prod has: many keys fill it in half the time. */
const DEVIATION_ROWS = 60;
const MAX_SECONDS = 60;
const MEASUREMENT_TIMEOUT_MS = 600_000;
/**
 * One KPU of Managed Flink has 4 GiB; this machine stands for two. Its pages are touched before the start: the first
 * touch of each costs more than the record that it is for, and would count against who has not filled the heap when warm.
 */
const HEAP = ['-Xms4g', '-Xmx4g', '-XX:+AlwaysPreTouch'];
/**
 * For all of RocksDB: a quarter of the native memory of two KPUs, of which each has 1 GiB. Flink's cluster inside a JVM
 * gives 128 MiB if it is not told: then RocksDB writes files all the time, on the processors that are measured.
 */
const ROCKSDB_MEMORY = 'taskmanager.memory.managed.size=512m';

const Measured = z.object({ records: z.number(), seconds: z.number(), cpu_seconds: z.number() });
type Measured = z.infer<typeof Measured>;

interface Candidate {
  readonly name: string;
  readonly keys: number;
  /** Arguments of ThroughputMain after the folder and the warm-up. */
  readonly args: readonly string[];
  readonly mode: 'jackson' | 'reader' | 'job';
}

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '15200000' },
    rounds: { type: 'string', default: '3' },
    backend: { type: 'string', default: 'rocksdb' },
  },
});
const records = Number(options.records);
const rounds = Number(options.rounds);

const folder = join(ROOT, '.tocsin', 'throughput');
const tables = join(ROOT, 'bench', 'throughput', 'tables');
const say = (line: string) => console.error(line);

const java = (classPath: string, ...args: readonly string[]): string =>
  runJava({
    classPath,
    main: 'tocsin.bench.ThroughputMain',
    args,
    flags: HEAP,
    timeoutMs: MEASUREMENT_TIMEOUT_MS,
  });

/** The properties of stage prod, with rules of the given kinds; the path of the file with them. */
function properties(name: string, keys: number, kinds: ReadonlySet<string>): string {
  const write = (file: string, content: unknown): string => {
    const path = join(folder, `${name}-${keys}-${file}`);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const chosen = rules.rules.filter((rule) => kinds.has(rule.kind));
  const ofProd = jobProperties(prod, {
    region: 'none',
    inputs: [{ name: 'readings', arn: 'none' }],
    anomaliesStreamArn: 'none',
    rejectsStreamArn: 'none',
    sourcesUri: pathToFileURL(write('sources.json', { version: 1, ...sources })).href,
    rulesUri: pathToFileURL(write('rules.json', { version: 1, rules: chosen })).href,
  });
  // Polling rules has no end, and a measured run must have one.
  const bounded = {
    ...ofProd,
    deviation_rows: String(DEVIATION_ROWS),
    rules_poll_ms: '0',
    shards_path: shards(keys),
  };
  return write('properties.json', [{ PropertyGroupId: PROPERTY_GROUP, PropertyMap: bounded }]);
}

const shards = (keys: number): string => join(folder, `${keys}-keys`);

function jobOf(name: string, keys: number, kinds: readonly string[], detectors: string): Candidate {
  const state = [`state.backend.type=${options.backend}`, ROCKSDB_MEMORY];
  return {
    name,
    keys,
    mode: 'job',
    args: [properties(name, keys, new Set(kinds)), tables, detectors, ...state],
  };
}

function candidates(): readonly Candidate[] {
  const two = ['limits', 'deviation'];
  const three = [...two, 'window'];
  const everyKind = [...new Set(rules.rules.map((rule) => rule.kind))];
  const files = (kinds: readonly string[]) => [...kinds, 'rejects'].map((kind) => `${kind}.sql`).join(',');
  return [
    { name: 'jackson_loop', keys: FEW_KEYS, mode: 'jackson', args: [] },
    {
      name: 'ceiling',
      keys: FEW_KEYS,
      mode: 'reader',
      args: [properties('ceiling', FEW_KEYS, new Set()), tables],
    },
    jobOf('limits_deviation', FEW_KEYS, two, files(two)),
    jobOf('limits_deviation', MANY_KEYS, two, files(two)),
    jobOf('with_windows', FEW_KEYS, three, files(three)),
    jobOf('all_sql', FEW_KEYS, everyKind, 'all'),
  ];
}

function measure(classPath: string, { name, keys, mode, args }: Candidate): Measured {
  const warmUp = String(Math.floor(records * WARM_UP));
  const said = java(classPath, mode, shards(keys), warmUp, String(MAX_SECONDS), ...args);
  const measured = Measured.parse(JSON.parse(said.trim().split('\n').at(-1) ?? ''));
  say(
    `${name}, ${keys} keys: ${Math.round(measured.records / measured.seconds)} records/s, ${measured.cpu_seconds} s of CPU`,
  );
  return measured;
}

const median = (figures: readonly number[]): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;

function main(): void {
  mkdirSync(folder, { recursive: true });
  say('Compiling the job …');
  const classPath = compileJob();
  for (const keys of [FEW_KEYS, MANY_KEYS]) {
    say(`Writing ${records} records of ${keys} keys …`);
    java(classPath, 'write', shards(keys), String(records), String(keys));
  }
  const all = candidates().map((candidate) => ({ candidate, runs: [] as Measured[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { candidate, runs } of all) runs.push(measure(classPath, candidate));
  }
  rmSync(folder, { recursive: true });
  const figures = (of: (measured: Measured) => number) => {
    const byName: Record<string, Record<string, number>> = {};
    for (const { candidate, runs } of all)
      byName[candidate.name] = {
        ...byName[candidate.name],
        [candidate.keys]: Math.round(median(runs.map(of))),
      };
    return byName;
  };
  const perSecond = figures((run) => run.records / run.seconds);
  const cores = Math.min(2, availableParallelism());
  const of = (name: string, keys = FEW_KEYS): number => perSecond[name]?.[keys] ?? 0;
  const ratio = (part: number, whole: number): number => Math.round((part / whole) * 1_000) / 1_000;
  console.log(
    JSON.stringify({
      ...perSecond,
      per_core: Object.fromEntries(
        Object.keys(perSecond).map((name) => [
          name,
          Math.round(of(name) / (name === 'jackson_loop' ? 1 : cores)),
        ]),
      ),
      ratios: {
        ceiling_of_jackson_loop: ratio(of('ceiling'), of('jackson_loop')),
        limits_deviation_of_ceiling: ratio(of('limits_deviation'), of('ceiling')),
        with_windows_of_ceiling: ratio(of('with_windows'), of('ceiling')),
        all_sql_of_ceiling: ratio(of('all_sql'), of('ceiling')),
        many_keys_of_few: ratio(of('limits_deviation', MANY_KEYS), of('limits_deviation')),
      },
      /** Not changed by what else the machine does, other than records/s. */
      records_per_cpu_second: figures((run) => run.records / run.cpu_seconds),
      cores,
      parallelism: 2,
      state_backend: options.backend,
      deviation_rows: DEVIATION_ROWS,
      rounds,
      records: figures((run) => run.records),
    }),
  );
}

main();
