/** The job itself, run over records from a file: the same jar, the same SQL, the stage's own settings. */
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RuleSet, SourceSet } from '../../contracts/index.ts';
import type { StageConfig } from '../../lib/config/schema.ts';
import { JAR_PATH } from '../../lib/constructs/job-jar.ts';
import { jobProperties } from '../../lib/pipeline/job-properties.ts';
import { startEmbeddedJob } from '../../local/flink.ts';
import { CliError } from '../errors.ts';
import { Counter, type Figures, type RuleFigures } from './figures.ts';
import { IncidentReplay, type Listener } from './incident-replay.ts';
import { LineCursor } from './line-cursor.ts';
import { toldAnomalies } from './told.ts';

/** Records in the order of arrival, and the time that they cover. */
export interface Gathered {
  /** What the job reads. */
  readonly file: string;
  readonly records: number;
  readonly duplicates: number;
  readonly fromMs: number;
  /** The clock at the end: a window or a silence that was not over by then is not told. */
  readonly untilMs: number;
}

export interface ReplayOptions {
  readonly gathered: Gathered;
  readonly rules: RuleSet;
  readonly sources: SourceSet;
  readonly settings: StageConfig;
  /** For files of this replay alone. */
  readonly folder: string;
  /** File that gets the job's log. */
  readonly log: string;
  /** Told of each anomaly, incident and e-mail, beside the count. */
  readonly listener?: Listener;
  /** Called with the records judged so far. */
  readonly onProgress?: (records: number) => void;
}

/** What one rule set would have done. */
export interface Replayed {
  readonly total: Figures;
  readonly by_rule: readonly RuleFigures[];
  /** Records that no source could read. */
  readonly unreadable: number;
}

const TABLES = join(import.meta.dirname, 'tables');
const DAY_MS = 86_400_000;
/** From so many records on, the compiler that starts slowly and runs fast is worth its start. */
const LONG_REPLAY = 100_000;
/** Exit code of a shell, and of local/processes.ts, for a program that is not there. */
const NOT_STARTED = 127;

/** @throws CliError when the jar is not built, or the job failed */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { gathered, rules, settings, folder, listener } = options;
  await runJob(options);
  const counter = new Counter();
  const { quietMinutes, noise } = settings.incidents;
  const listeners = [counter, ...(listener === undefined ? [] : [listener])];
  const incidents = new IncidentReplay(quietMinutes * 60_000, listeners, noise);
  for await (const { anomaly, atMs } of toldAnomalies(join(folder, 'anomalies'), clockFile(folder))) {
    await incidents.take(anomaly, atMs);
  }
  await incidents.finish(gathered.untilMs);
  const days = daysOf(gathered);
  return {
    total: counter.total(days),
    by_rule: counter.byRule(rules.rules, days),
    unreadable: await countLines(join(folder, 'rejects')),
  };
}

/** Length of what was replayed, in days. */
export function daysOf({ fromMs, untilMs }: Gathered): number {
  return (untilMs - fromMs) / DAY_MS;
}

async function runJob({
  gathered,
  rules,
  sources,
  settings,
  folder,
  log,
  onProgress,
}: ReplayOptions): Promise<void> {
  const provided = join(JAR_PATH, '..', 'local-classpath.txt');
  if (!existsSync(JAR_PATH) || !existsSync(provided)) {
    throw new CliError(`The Flink job is not built: ${JAR_PATH} is missing. Build it first: npm run build`);
  }
  await mkdir(folder, { recursive: true });
  const job = startEmbeddedJob({
    folder,
    log,
    env: process.env,
    tables: TABLES,
    properties: {
      ...jobProperties(settings, {
        region: 'none',
        inputs: settings.inputs.map((name) => ({ name, arn: 'none' })),
        anomaliesStreamArn: 'none',
        rejectsStreamArn: 'none',
        sourcesUri: await writeJson(folder, 'sources.json', sources),
        rulesUri: await writeJson(folder, 'rules.json', { version: 1, ...rules }),
      }),
      rules_poll_ms: '0',
      replay_file: gathered.file,
      replay_until_ms: String(gathered.untilMs),
      replay_clock_file: clockFile(folder),
      out_path: pathToFileURL(folder).href,
    },
    ...(gathered.records >= LONG_REPLAY && { javaOptions: ['-XX:TieredStopAtLevel=4'] }),
    // One slot: every key is judged in the order of arrival.
    settings: { 'parallelism.default': '1' },
    ...(onProgress && { onProgress }),
  });
  job.running.catch(() => undefined);
  const code = await job.child.ended;
  if (code === NOT_STARTED) {
    throw new CliError('Java cannot be started. Put a JDK 17 on the PATH, or name it: JAVA_HOME.');
  }
  if (code !== 0) throw new CliError(await job.ended);
}

function clockFile(folder: string): string {
  return join(folder, 'clock.tsv');
}

async function writeJson(folder: string, name: string, value: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(value));
  return pathToFileURL(file).href;
}

async function countLines(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  let lines = 0;
  for (const name of (await readdir(folder)).filter((each) => each.startsWith('part-'))) {
    const handle = await open(join(folder, name));
    try {
      const cursor = new LineCursor(handle, 0, (await handle.stat()).size);
      while ((await cursor.next()) !== undefined) lines += 1;
    } finally {
      await handle.close();
    }
  }
  return lines;
}
