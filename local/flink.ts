/** The real jar with the real SQL on an embedded Flink, against the emulator. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { RULES_KEY, SOURCES_KEY } from '../lambdas/publish/keys.ts';
import type { StageConfig } from '../lib/config/schema.ts';
import { JAR_PATH } from '../lib/constructs/job-jar.ts';
import { jobProperties, PROPERTY_GROUP } from '../lib/pipeline/job-properties.ts';
import type { DataOutputs } from './deploy.ts';
import { clientEnvironment } from './emulator.ts';
import { LocalRunFailed } from './local-error.ts';
import { ROOT, stateFolder } from './paths.ts';
import { Child } from './processes.ts';

const START_LIMIT_MS = 120_000;

/** Unless told, Flink's own servers listen on every interface, and its web page on a fixed port. */
const OWN_SERVERS = {
  'rest.address': '127.0.0.1',
  'rest.bind-address': '127.0.0.1',
  'rest.bind-port': '0',
  'jobmanager.bind-host': '127.0.0.1',
  'taskmanager.bind-host': '127.0.0.1',
};

/** What EmbeddedMain says on its standard output, one JSON object a line. */
const JobEvent = z.object({
  event: z.enum(['submitted', 'running', 'progress', 'metrics', 'finished', 'failed']),
  error: z.string().optional(),
  /** Read so far, of a replay. */
  records: z.number().optional(),
  /** The job's own metrics, by name. */
  values: z.record(z.string(), z.number()).optional(),
});

export type JobMetrics = Readonly<Record<string, number>>;

/** How often the job tells its metrics: Managed Flink does so once a minute. */
const METRICS_EVERY = '5 s';

export interface FlinkJob {
  readonly child: Child;
  /** Resolves when the job runs; rejects with LocalRunFailed when it fails, ends or takes too long before that. */
  readonly running: Promise<void>;
  /** Resolves with the reason when the job has ended, for whatever cause. */
  readonly ended: Promise<string>;
}

/** One embedded job: what it is told, where it writes its files, and Flink's own settings. */
export interface EmbeddedJob {
  /** Folder of its properties; made where it is missing. */
  readonly folder: string;
  readonly log: string;
  readonly env: NodeJS.ProcessEnv;
  /** The property group `tocsin`. */
  readonly properties: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Of the JVM, beside flink-job/jvm-options.txt and before it in rank. */
  readonly javaOptions?: readonly string[];
  /** Folder of tables in the place of those in the jar. */
  readonly tables?: string;
  /** Folder of views and detectors in the place of those in the jar. */
  readonly sql?: string;
  /** Called with the records read so far, of a replay. */
  readonly onProgress?: (records: number) => void;
  /** Called with the job's own metrics, again and again. */
  readonly onMetrics?: (metrics: JobMetrics) => void;
}

/** Starts the job; it waits by itself for the published rules and sources. */
export function startFlink(
  port: number,
  config: StageConfig,
  data: DataOutputs,
  onMetrics?: (metrics: JobMetrics) => void,
): FlinkJob {
  const folder = stateFolder(port);
  const { checkpointIntervalMs, parallelism } = config.flink;
  return startEmbeddedJob({
    folder,
    log: join(folder, 'logs', 'flink.log'),
    env: clientEnvironment(`http://127.0.0.1:${port}`),
    properties: propertiesOf(config, data),
    settings: {
      'execution.checkpointing.interval': `${checkpointIntervalMs}ms`,
      'parallelism.default': String(parallelism),
      'metrics.reporter.lines.factory.class': 'tocsin.job.MetricLines$Factory',
      'metrics.reporter.lines.interval': METRICS_EVERY,
    },
    ...(onMetrics && { onMetrics }),
  });
}

/** Starts the jar in a JVM of its own. */
export function startEmbeddedJob(job: EmbeddedJob): FlinkJob {
  const { log } = job;
  let reported: string | undefined;
  let announceRunning: () => void = () => undefined;
  const announced = new Promise<void>((resolve) => {
    announceRunning = resolve;
  });
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const child = new Child('flink', java, javaArguments(job), {
    cwd: ROOT,
    env: job.env,
    log,
    onLine: (line) => {
      const event = readEvent(line);
      if (event?.event === 'running') announceRunning();
      if (event?.event === 'progress') job.onProgress?.(event.records ?? 0);
      if (event?.event === 'metrics') job.onMetrics?.(event.values ?? {});
      if (event?.event === 'failed') reported = event.error ?? 'no reason given';
    },
  });
  const ended = child.ended.then(
    (code) => `The Flink job ended (${reported ?? `exit ${code}`}). Its log is ${log}`,
  );
  const running = Promise.race([
    announced,
    ended.then((reason) => Promise.reject(new LocalRunFailed(reason))),
    sleep(START_LIMIT_MS, undefined, { ref: false }).then(() =>
      Promise.reject(
        new LocalRunFailed(`The Flink job did not run within ${START_LIMIT_MS / 1_000} s: ${log}`),
      ),
    ),
  ]);
  return { child, running, ended };
}

function javaArguments({
  folder,
  properties,
  settings,
  tables,
  sql,
  javaOptions = [],
}: EmbeddedJob): string[] {
  const target = join(ROOT, 'flink-job', 'target');
  const provided = readFileSync(join(target, 'local-classpath.txt'), 'utf8').trim();
  const file = join(folder, 'application_properties.json');
  mkdirSync(folder, { recursive: true });
  const group = { PropertyGroupId: PROPERTY_GROUP, PropertyMap: properties };
  writeFileSync(file, JSON.stringify([group], undefined, 2));
  return [
    ...linesOf(join(ROOT, 'flink-job', 'jvm-options.txt')),
    '-Daws.cborEnabled=false',
    ...javaOptions,
    '-cp',
    `${JAR_PATH}:${provided}`,
    'tocsin.job.EmbeddedMain',
    '--properties',
    file,
    ...(tables === undefined ? [] : ['--tables', tables]),
    ...(sql === undefined ? [] : ['--sql', sql]),
    ...confArguments({ ...OWN_SERVERS, ...settings }),
  ];
}

function confArguments(conf: Readonly<Record<string, string>>): string[] {
  return Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
}

/** The stage's job properties with what the deploy has made in the place of its tokens. */
function propertiesOf(config: StageConfig, data: DataOutputs): Record<string, string> {
  return jobProperties(config, {
    region: 'us-east-1',
    inputs: config.inputs.map((name, index) => ({
      name,
      arn: localStreamArn(data.inputStreams[index] ?? ''),
    })),
    anomaliesStreamArn: localStreamArn(data.anomaliesStream),
    rejectsStreamArn: localStreamArn(data.rejectsStream),
    sourcesUri: `s3://${data.configBucket}/${SOURCES_KEY}`,
    rulesUri: `s3://${data.configBucket}/${RULES_KEY}`,
    archiveUri: `s3://${data.archiveBucket}`,
  });
}

/** ARN of a stream of the emulator. */
export function localStreamArn(name: string): string {
  return `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Log lines stand among the events. */
function readEvent(line: string): z.infer<typeof JobEvent> | undefined {
  if (!line.startsWith('{"event"')) return undefined;
  try {
    return JobEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
