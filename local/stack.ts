/** One whole local run: emulator, real stacks, Flink, inbox. Everything that it starts ends with `stop`. */
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SMTPServer } from 'smtp-server';
import { stackOutputs } from '../cli/outputs.ts';
import { local } from '../lib/config/local.ts';
import { applicationNameOf } from '../lib/pipeline/job-properties.ts';
import { type LocalClients, localClients } from './clients.ts';
import {
  bootstrap,
  type DataOutputs,
  type DeployOptions,
  dataOutputs,
  deployStack,
  synthesize,
} from './deploy.ts';
import { startEmailBridge } from './email-bridge.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type FlinkJob, startFlink } from './flink.ts';
import { Mailbox } from './inbox/mailbox.ts';
import { startSmtp } from './inbox/smtp.ts';
import { startWeb } from './inbox/web.ts';
import { jobMetricsBridge, startMetricsBridge } from './metrics-bridge.ts';
import { requireFreePorts } from './ports.ts';

export interface StackOptions {
  /** Port of the emulator; its state folder is named after it. */
  readonly port: number;
  readonly inboxPort: number;
  readonly smtpPort: number;
  readonly say: (line: string) => void;
  /** Rules in the place of the stage's, relative to the project. */
  readonly rulesFile?: string;
}

export interface LocalStack {
  readonly endpoint: string;
  readonly inboxUrl: string;
  readonly clients: LocalClients;
  readonly data: DataOutputs;
  readonly mailbox: Mailbox;
  readonly deploySeconds: number;
  /** From the start of the JVM to the job running. */
  readonly jobStartSeconds: number;
  /** Epoch ms. */
  readonly runningAt: number;
  /** Resolves with the reason when a part ended that should go on. */
  readonly broken: Promise<string>;
  /** Aborts when the run stops. */
  readonly signal: AbortSignal;
}

/** Starts and stops a local run; `stop` may be called at any moment, also while it starts. */
export class LocalRun {
  private readonly options: StackOptions;
  private readonly stopping = new AbortController();
  private emulator: Emulator | undefined;
  private flink: FlinkJob | undefined;
  private web: Server | undefined;
  private smtp: SMTPServer | undefined;

  constructor(options: StackOptions) {
    this.options = options;
  }

  /** @throws LocalRunFailed with what to do */
  async start(): Promise<LocalStack> {
    const { port, inboxPort, smtpPort, say } = this.options;
    await requireFreePorts([
      { name: 'the AWS emulator', port, option: '--port' },
      { name: 'the inbox', port: inboxPort, option: '--inbox-port' },
      { name: 'the mail server', port: smtpPort, option: '--smtp-port' },
    ]);
    const started = Date.now();
    const mailbox = new Mailbox();
    this.smtp = await startSmtp(mailbox, smtpPort);
    this.web = await startWeb(mailbox, inboxPort);

    say(`Starting the AWS emulator on 127.0.0.1:${port}, and synthesizing the stacks …`);
    const [emulator, assembly] = await Promise.all([this.startAccount(), synthesize(this.options)]);
    const clients = localClients(emulator.endpoint);

    say('Deploying streams, tables and topic …');
    await deployStack(assembly, stackName('Data'), this.options);
    const data = await dataOutputs(clients, local);
    for (const topicArn of [data.topicArn, data.operationsTopicArn]) {
      await startEmailBridge(clients, { topicArn, smtpPort, signal: this.stopping.signal, say });
    }

    say('Starting Flink, and deploying the pipeline …');
    const jobStarted = Date.now();
    const putMetrics = jobMetricsBridge(clients.cloudWatch, applicationNameOf(local), say);
    const flink = startFlink(port, local, data, (metrics) => {
      if (!this.stopping.signal.aborted) void putMetrics(metrics);
    });
    this.flink = flink;
    const pipeline = deployStack(assembly, stackName('Pipeline'), this.options).then(() => Date.now());
    const running = flink.running.then(() => Date.now());
    const [deployedAt, runningAt] = await Promise.all([pipeline, running]);
    const { FunctionLogGroups: groups = '' } = await stackOutputs(
      clients.cloudFormation,
      stackName('Pipeline'),
    );
    // Runs until the signal.
    void startMetricsBridge(clients, groups.split(','), this.stopping.signal, say);
    return {
      endpoint: emulator.endpoint,
      inboxUrl: `http://127.0.0.1:${inboxPort}`,
      clients,
      data,
      mailbox,
      deploySeconds: (deployedAt - started) / 1_000,
      jobStartSeconds: (runningAt - jobStarted) / 1_000,
      runningAt,
      broken: this.watch(emulator, flink),
      signal: this.stopping.signal,
    };
  }

  /** Ends everything that was started; resolves when it has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.web?.closeAllConnections();
    this.web?.close();
    await Promise.all([
      this.flink?.child.stop(),
      this.emulator?.child.stop(),
      this.smtp && Promise.race([new Promise((done) => this.smtp?.close(() => done(undefined))), sleep(500)]),
    ]);
  }

  private async startAccount(): Promise<Emulator> {
    this.emulator = await startEmulator(this.options.port);
    const options: DeployOptions = this.options;
    await bootstrap(options);
    return this.emulator;
  }

  private watch(emulator: Emulator, flink: FlinkJob): Promise<string> {
    const emulatorEnded = emulator.child.ended.then((code) => `The AWS emulator ended (exit ${code}).`);
    return Promise.race([emulatorEnded, flink.ended]);
  }
}

function stackName(part: 'Data' | 'Pipeline'): string {
  return `${local.projectName}-${local.stage}-${part}`;
}
