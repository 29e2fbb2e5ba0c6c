/** The parts of the kill benchmark: a job that can be killed and restored, and what it said. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import rules from '../config/rules.json' with { type: 'json' };
import sources from '../config/sources.json' with { type: 'json' };
import { Anomaly, PublishedRuleSet, SourceSet } from '../contracts/index.ts';
import { local } from '../lib/config/local.ts';
import { jobProperties } from '../lib/pipeline/job-properties.ts';
import { clientEnvironment } from '../local/emulator.ts';
import { type FlinkJob, localStreamArn, startEmbeddedJob } from '../local/flink.ts';
import { tapStream } from '../local/stream-tap.ts';

const SHARDS = 2;
const CREATE_LIMIT_MS = 30_000;
const TAP_PAUSE_MS = 100;
const LIMIT_RULE = 'transaction-amount-limit';

export async function createStreams(kinesis: KinesisClient, names: readonly string[]): Promise<void> {
  for (const name of names)
    await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: SHARDS }));
  const deadline = Date.now() + CREATE_LIMIT_MS;
  for (const name of names) {
    const isActive = async () =>
      (await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }))).StreamDescriptionSummary
        ?.StreamStatus === 'ACTIVE';
    while (!(await isActive())) {
      if (Date.now() > deadline) throw new Error(`The stream ${name} was not ready in time`);
      await sleep(50);
    }
  }
}

/** Writes the product's rules (all, or only the limit of payments) and sources where the jobs read them. */
export function publishLocally(
  folder: string,
  write: (path: string, text: string) => void,
  which: 'all' | 'limit' = 'all',
): void {
  const chosen = rules.rules.filter(({ id }) => which === 'all' || id === LIMIT_RULE);
  write(join(folder, 'rules.json'), JSON.stringify(PublishedRuleSet.parse({ version: 1, rules: chosen })));
  write(join(folder, 'sources.json'), JSON.stringify(SourceSet.parse(sources)));
}

export interface KillableJobOptions {
  readonly endpoint: string;
  /** The job's own folder; rules and sources lie beside it. */
  readonly folder: string;
  readonly input: string;
  readonly rejects: string;
  readonly output: string;
}

/** Where a job begins that is started anew: at a checkpoint, or without state at an end of the stream. */
export type Begin = { readonly checkpoint: string | undefined } | 'TRIM_HORIZON' | 'LATEST';

/** One job with checkpoints on disk, each second. */
export class KillableJob {
  private readonly options: KillableJobOptions;
  private job: FlinkJob | undefined;
  private starts = 0;

  constructor(options: KillableJobOptions) {
    this.options = options;
  }

  get checkpoints(): string {
    return join(this.options.folder, 'checkpoints');
  }

  /** Resolves once every task runs. */
  async start(from: Begin = 'TRIM_HORIZON'): Promise<void> {
    const { endpoint, folder, input, rejects, output } = this.options;
    const checkpoint = typeof from === 'object' ? from.checkpoint : undefined;
    const startPosition = typeof from === 'object' ? local.flink.startPosition : from;
    const config = { ...local, flink: { ...local.flink, startPosition } };
    this.starts += 1;
    this.job = startEmbeddedJob({
      folder,
      log: join(folder, `job-${this.starts}.log`),
      env: clientEnvironment(endpoint),
      properties: jobProperties(config, {
        region: 'us-east-1',
        inputs: [{ name: 'readings', arn: localStreamArn(input) }],
        anomaliesStreamArn: localStreamArn(output),
        rejectsStreamArn: localStreamArn(rejects),
        sourcesUri: `file://${join(folder, '..', 'sources.json')}`,
        rulesUri: `file://${join(folder, '..', 'rules.json')}`,
      }),
      settings: {
        'execution.checkpointing.interval': `${local.flink.checkpointIntervalMs}ms`,
        // Where Managed Flink keeps it.
        'state.backend.type': 'rocksdb',
        'execution.checkpointing.dir': `file://${this.checkpoints}`,
        'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
        'parallelism.default': String(local.flink.parallelism),
        ...(checkpoint === undefined ? {} : { 'execution.state-recovery.path': `file://${checkpoint}` }),
      },
    });
    await this.job.running;
  }

  /** SIGKILL: nothing in it can tidy up. */
  kill(): void {
    this.job?.child.kill();
  }
}

/** Folder of the newest checkpoint that was completed: only those have a metadata file. */
export function newestCheckpoint(folder: string): string | undefined {
  const number = (path: string) => Number(/chk-(\d+)$/.exec(path)?.[1]);
  return readdirSync(folder)
    .flatMap((job) => readdirSync(join(folder, job)).map((name) => join(folder, job, name)))
    .filter((path) => existsSync(join(path, '_metadata')))
    .sort((one, other) => number(one) - number(other))
    .at(-1);
}

/** What one job said. */
export class Transitions {
  messages = 0;
  readonly ids = new Set<string>();
  /** `<kind> <shard> <sequence number>` of what the limit rule said. */
  private readonly ofLimit = new Set<string>();
  private newestAt = Date.now();

  static async tap(kinesis: KinesisClient, streamName: string, signal: AbortSignal): Promise<Transitions> {
    const transitions = new Transitions();
    await tapStream({
      kinesis,
      streamName,
      signal,
      pauseMs: TAP_PAUSE_MS,
      onRecord: ({ text }) => transitions.add(Anomaly.parse(JSON.parse(text))),
      onFault: (fault) => console.error(`The stream ${streamName} could not be read on: ${fault}`),
    });
    return transitions;
  }

  quietMs(): number {
    return Date.now() - this.newestAt;
  }

  missing(expected: ReadonlySet<string>): number {
    return [...expected].filter((each) => !this.ofLimit.has(each)).length;
  }

  holdsAll(expected: ReadonlySet<string>): boolean {
    return this.missing(expected) === 0;
  }

  private add(anomaly: Anomaly): void {
    this.messages += 1;
    this.newestAt = Date.now();
    this.ids.add(anomaly.anomaly_id);
    if (anomaly.rule_id === LIMIT_RULE) {
      this.ofLimit.add(`${anomaly.kind} ${anomaly.shard_id} ${anomaly.sequence_number}`);
    }
  }
}
