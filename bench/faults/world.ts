/** One scenario's pipeline from the anomalies stream to the mails, running, and what became of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, KinesisStreamRecord, SQSRecord } from 'aws-lambda';
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Incident } from '../../contracts/incident.ts';
import { AnalysisItem } from '../../lambdas/ports/analyses/dynamodb.ts';
import type { StoredAnalysis } from '../../lambdas/ports/analyses/port.ts';
import { IncidentItem, OutboxItem } from '../../lambdas/ports/dynamodb/layout.ts';
import type { OutboxLine } from '../../lambdas/ports/outbox/port.ts';
import type { LocalClients } from '../../local/clients.ts';
import { type Invoke, readKinesis, readQueue, readTableStream } from './event-sources.ts';
import { createFunctions, type Functions, type FunctionsOptions } from './functions.ts';
import { createResources, DEAD, type QueueName, type Resources } from './resources.ts';

export interface Mail {
  readonly alert_id: string;
  readonly incident_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly body: string;
  readonly at: number;
}

export interface WorldOptions extends Omit<FunctionsOptions, 'resources' | 'endpoint'> {
  readonly clients: LocalClients;
  readonly emulator: string;
  readonly proxy: string;
  readonly prefix: string;
  readonly scale: number;
  /** Puts something in the place of functions. */
  readonly wrap?: (world: () => World, functions: Functions) => Functions;
  /** Delivers each message of a queue to two functions at the same time. */
  readonly twice?: boolean;
}

/** Of the product's stages. */
const QUIET_MS = 10 * 60_000;
const MINUTE_MS = 60_000;
const PUT_BATCH = 500;

export class World {
  readonly mails: Mail[] = [];
  readonly resources: Resources;
  readonly functions: Functions;
  sent = 0;
  unconfirmed = 0;
  readonly #options: WorldOptions;
  readonly #stop = new AbortController();
  readonly #loops: Promise<unknown>[] = [];
  #last = Date.now();
  #running = 0;
  readonly #read = new Set<string>();

  static async start(options: WorldOptions): Promise<World> {
    const resources = await createResources(options.clients, options.prefix, options.scale);
    const functions = createFunctions({ ...options, endpoint: options.proxy, resources });
    const world: World = new World(options, resources, options.wrap?.(() => world, functions) ?? functions);
    world.#run();
    return world;
  }

  private constructor(options: WorldOptions, resources: Resources, functions: Functions) {
    this.#options = options;
    this.resources = resources;
    this.functions = functions;
  }

  /** Puts records on the anomalies stream; those of one entity keep their order. */
  async put(records: ReadonlyArray<Anomaly | string>): Promise<void> {
    const { kinesis } = this.#options.clients;
    for (let start = 0; start < records.length; start += PUT_BATCH) {
      const Records = records.slice(start, start + PUT_BATCH).map((record) => ({
        PartitionKey: typeof record === 'string' ? 'poison' : record.entity,
        Data: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)),
      }));
      await kinesis.send(new PutRecordsCommand({ StreamName: this.resources.anomalies, Records }));
    }
    this.sent += records.length;
  }

  /** Resolves when it is so. @returns false when it was not within the time */
  async until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
    const deadline = Date.now() + limitMs;
    while (Date.now() < deadline) {
      if (await isSo()) return true;
      await sleep(100);
    }
    return false;
  }

  /** All records were read, nothing has been worked on for a while, and no queue holds anything. @returns false when the time was over first */
  async idle(limitMs: number, quietMs = 2_500): Promise<boolean> {
    return await this.until(async () => {
      if (this.#read.size < this.sent || this.#running > 0 || Date.now() - this.#last < quietMs) return false;
      const depths = await Promise.all(
        (['requests', 'alerts', 'timers'] as const).map((name) => this.depth(name)),
      );
      return depths.every((depth) => depth === 0);
    }, limitMs);
  }

  /** Lets time alone pass: the scheduled functions run as they would run so much later. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 1; minute <= minutes; minute++) {
      await this.#tick(new Date(Date.now() + minute * MINUTE_MS));
    }
    await this.idle(30_000);
  }

  /** Messages that wait or are being worked on; dead ones too. */
  async depth(name: QueueName): Promise<number> {
    const { Attributes = {} } = await this.#options.clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.resources.queues[name], AttributeNames: ['All'] }),
    );
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible)
    );
  }

  async deadLetters(): Promise<number> {
    const depths = await Promise.all(DEAD.map((name) => this.depth(name)));
    return depths.reduce((sum, depth) => sum + depth, 0);
  }

  /** All incidents and outbox lines of the table. */
  async stored(): Promise<{
    readonly incidents: Incident[];
    readonly lines: OutboxLine[];
    readonly analyses: StoredAnalysis[];
  }> {
    const incidents: Incident[] = [];
    const lines: OutboxLine[] = [];
    const analyses: StoredAnalysis[] = [];
    let from: Awaited<ReturnType<typeof this.scan>>['LastEvaluatedKey'];
    do {
      const page = await this.scan(from);
      for (const raw of page.Items ?? []) {
        const item = unmarshall(raw);
        if (item.type === 'incident') incidents.push(IncidentItem.parse(item).incident);
        if (item.type === 'outbox') lines.push(OutboxItem.parse(item));
        if (item.type === 'analysis') analyses.push(AnalysisItem.parse(item).analysis);
      }
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return { incidents, lines, analyses };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.race([Promise.allSettled(this.#loops), sleep(5_000)]);
  }

  private async scan(from: Record<string, import('@aws-sdk/client-dynamodb').AttributeValue> | undefined) {
    return await this.#options.clients.dynamoDb.send(
      new ScanCommand({ TableName: this.resources.table, ...(from && { ExclusiveStartKey: from }) }),
    );
  }

  #run(): void {
    const { clients, emulator, without, twice = false } = this.#options;
    const { queues, anomalies, tableStreamArn } = this.resources;
    const { signal } = this.#stop;
    const { incidents, outbox, triage, notify, due } = this.functions;
    const isStrict = without !== 'own-grave' && without !== 'partial-failures';
    const dead = (name: QueueName) => (isStrict ? { deadLetters: queues[name] } : {});
    const repeated = (invoke: Invoke<SQSRecord>): Invoke<SQSRecord> => {
      if (!twice) return this.#noting(invoke);
      return this.#noting(
        async (records) => (await Promise.all([invoke(records), invoke(records)]))[0] ?? new Set(),
      );
    };
    const many = (count: number, start: () => Promise<void>) => Array.from({ length: count }, start);
    this.#loops.push(
      readKinesis(clients, anomalies, {
        invoke: this.#noting<KinesisStreamRecord>((batch) => {
          for (const { kinesis } of batch) this.#read.add(kinesis.sequenceNumber);
          return incidents(batch);
        }),
        signal,
        ...dead('anomalies-dead'),
      }),
      readTableStream(emulator, clients, tableStreamArn, {
        invoke: this.#noting<DynamoDBRecord>(outbox),
        signal,
        ...dead('outbox-dead'),
      }),
      ...many(10, () => readQueue(clients, queues.requests, 1, { invoke: repeated(triage), signal })),
      ...many(2, () => readQueue(clients, queues.alerts, 10, { invoke: repeated(notify), signal })),
      ...many(2, () => readQueue(clients, queues.timers, 10, { invoke: repeated(due), signal })),
      this.#collectMails(),
      this.#schedule(),
    );
    for (const loop of this.#loops)
      loop.catch((error: unknown) => !signal.aborted && console.error('a loop ended:', error));
  }

  #noting<R>(invoke: Invoke<R>): Invoke<R> {
    return async (records) => {
      this.#running += 1;
      try {
        return await invoke(records);
      } finally {
        this.#running -= 1;
        this.#last = Date.now();
      }
    };
  }

  /** Each minute, divided by the scale. */
  async #schedule(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await sleep(MINUTE_MS / this.#options.scale);
      if (!this.#stop.signal.aborted) await this.#tick(new Date());
    }
  }

  async #tick(now: Date): Promise<void> {
    // A minute that fails is followed by the next one, as with the scheduler.
    await this.functions.fold(() => now).catch(() => undefined);
    const swept = await this.functions.sweep(QUIET_MS, now).catch(() => undefined);
    this.unconfirmed += (swept?.unconfirmed.length ?? 0) + (swept?.given_up.length ?? 0);
  }

  async #collectMails(): Promise<void> {
    const { sqs } = this.#options.clients;
    const QueueUrl = this.resources.queues.mails;
    while (!this.#stop.signal.aborted) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) {
        await sleep(100);
        continue;
      }
      for (const { Body = '{}' } of Messages) this.mails.push(mailOf(Body));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }
}

function mailOf(text: string): Mail {
  const envelope = JSON.parse(text);
  const attribute = (name: string): string => envelope.MessageAttributes?.[name]?.Value ?? '';
  return {
    alert_id: attribute('alert_id'),
    incident_id: attribute('incident_id'),
    kind: attribute('kind'),
    subject: envelope.Subject ?? '',
    body: envelope.Message ?? '',
    at: Date.now(),
  };
}
