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

/** What EmbeddedMain says on its standard output, one JSON object a line. */
const JobEvent = z.object({
  event: z.enum(['submitted', 'running', 'finished', 'failed']),
  error: z.string().optional(),
});

export interface FlinkJob {
  readonly child: Child;
  /** Resolves when the job runs; rejects with LocalRunFailed when it fails, ends or takes too long before that. */
  readonly running: Promise<void>;
  /** Resolves with the reason when the job has ended, for whatever cause. */
  readonly ended: Promise<string>;
}

/** Starts the job; it waits by itself for the published rules and sources. */
export function startFlink(port: number, config: StageConfig, data: DataOutputs): FlinkJob {
  const folder = stateFolder(port);
  const log = join(folder, 'logs', 'flink.log');
  let reported: string | undefined;
  let announceRunning: () => void = () => undefined;
  const announced = new Promise<void>((resolve) => {
    announceRunning = resolve;
  });
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const child = new Child('flink', java, javaArguments(folder, config, data), {
    cwd: ROOT,
    env: clientEnvironment(`http://127.0.0.1:${port}`),
    log,
    onLine: (line) => {
      const event = readEvent(line);
      if (event?.event === 'running') announceRunning();
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

function javaArguments(folder: string, config: StageConfig, data: DataOutputs): string[] {
  const target = join(ROOT, 'flink-job', 'target');
  const provided = readFileSync(join(target, 'local-classpath.txt'), 'utf8').trim();
  const properties = join(folder, 'application_properties.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(properties, JSON.stringify([propertyGroup(config, data)], undefined, 2));
  const { checkpointIntervalMs, parallelism } = config.flink;
  return [
    ...linesOf(join(ROOT, 'flink-job', 'jvm-options.txt')),
    '-Daws.cborEnabled=false',
    '-cp',
    `${JAR_PATH}:${provided}`,
    'tocsin.job.EmbeddedMain',
    '--properties',
    properties,
    ...confArguments({
      'execution.checkpointing.interval': `${checkpointIntervalMs}ms`,
      'parallelism.default': String(parallelism),
      // Unless told, Flink's own servers listen on every interface, and its web page on a fixed port.
      'rest.address': '127.0.0.1',
      'rest.bind-address': '127.0.0.1',
      'rest.bind-port': '0',
      'jobmanager.bind-host': '127.0.0.1',
      'taskmanager.bind-host': '127.0.0.1',
    }),
  ];
}

function confArguments(conf: Readonly<Record<string, string>>): string[] {
  return Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
}

/** The stage's job properties with what the deploy has made in the place of its tokens. */
function propertyGroup(config: StageConfig, data: DataOutputs) {
  const stream = (name: string) => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;
  return {
    PropertyGroupId: PROPERTY_GROUP,
    PropertyMap: jobProperties(config, {
      region: 'us-east-1',
      inputs: config.inputs.map((name, index) => ({ name, arn: stream(data.inputStreams[index] ?? '') })),
      anomaliesStreamArn: stream(data.anomaliesStream),
      rejectsStreamArn: stream(data.rejectsStream),
      sourcesUri: `s3://${data.configBucket}/${SOURCES_KEY}`,
      rulesUri: `s3://${data.configBucket}/${RULES_KEY}`,
    }),
  };
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
