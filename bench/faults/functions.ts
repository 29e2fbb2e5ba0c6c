/** The functions of a scenario, wired as their handlers wire them, with every client on the proxy. */
import { BatchProcessor, EventType, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord, KinesisStreamRecord, SQSRecord } from 'aws-lambda';
import { clientOptions } from '../../lambdas/clients.ts';
import { fold } from '../../lambdas/digest/fold.ts';
import { recordHandler as dueHandler } from '../../lambdas/due/record.ts';
import { FifoQueue } from '../../lambdas/fifo-queue.ts';
import { apply } from '../../lambdas/incidents/apply.ts';
import { parseAnomaly } from '../../lambdas/incidents/poison.ts';
import { recordHandler as incidentsHandler } from '../../lambdas/incidents/record.ts';
import type { NoiseSettings } from '../../lambdas/incidents/settings.ts';
import { recordHandler as notifyHandler } from '../../lambdas/notify/record.ts';
import type { ChannelSettings } from '../../lambdas/notify/settings.ts';
import { recordHandler as outboxHandler } from '../../lambdas/outbox/record.ts';
import { TimerQueue } from '../../lambdas/outbox/timer-queue.ts';
import { DynamoDbAnalyses } from '../../lambdas/ports/analyses/dynamodb.ts';
import type { Analyses } from '../../lambdas/ports/analyses/port.ts';
import { DynamoDbChannel } from '../../lambdas/ports/channel/dynamodb.ts';
import { DynamoDbCircumstances } from '../../lambdas/ports/circumstances/dynamodb.ts';
import { DynamoDbIncidentStore } from '../../lambdas/ports/incident-store/dynamodb.ts';
import type { IncidentStore } from '../../lambdas/ports/incident-store/port.ts';
import { DynamoDbNotes } from '../../lambdas/ports/notes/dynamodb.ts';
import type { Notifier } from '../../lambdas/ports/notifier/port.ts';
import { SnsNotifier } from '../../lambdas/ports/notifier/sns.ts';
import { DynamoDbOutbox } from '../../lambdas/ports/outbox/dynamodb.ts';
import type { Outbox } from '../../lambdas/ports/outbox/port.ts';
import { DynamoDbResults } from '../../lambdas/ports/results/dynamodb.ts';
import type { TextModel } from '../../lambdas/ports/text-model/port.ts';
import { sweep } from '../../lambdas/sweep/sweep.ts';
import { sharingFullAnswers } from '../../lambdas/triage/full-answers.ts';
import { Governor } from '../../lambdas/triage/governor.ts';
import { recordHandler as triageHandler } from '../../lambdas/triage/record.ts';
import { type Invoke, invoking, type Step } from '../event-sources/invoking.ts';
import * as guards from './guards.ts';
import type { Resources } from './resources.ts';

export interface FunctionsOptions {
  readonly endpoint: string;
  readonly resources: Resources;
  readonly noise: NoiseSettings;
  readonly channel: ChannelSettings;
  /** Absent where the stage has none. */
  readonly model?: TextModel;
  readonly deadlineMs: number;
  readonly without: guards.Guard | undefined;
}

type IncidentsParts = Parameters<typeof incidentsHandler>[0];

/** As the incidents handler has it. */
const HOLDS_CACHE_MS = 1_000;

/** Counted metrics, and one function for each step. */
export function createFunctions(options: FunctionsOptions) {
  const { resources, without, noise, channel: settings } = options;
  const { queues } = resources;
  const parts = sharedParts(options);
  const { counted, sqs, table, outbox, store, logger, metrics } = parts;
  const circumstances = new DynamoDbCircumstances({ ...table, settings: noise });
  const channel = new DynamoDbChannel(table);
  const requests = new FifoQueue(sqs, queues.requests);
  const incidentsParts = {
    store,
    circumstances: new DynamoDbCircumstances({ ...table, settings: noise, cacheMs: HOLDS_CACHE_MS }),
    deadLetters: { client: sqs, queueUrl: queues['anomalies-dead'] },
    logger,
    metrics,
  };
  const triageParts = triagePartsOf(options, parts);
  const notifyParts = {
    outbox: without === 'claim' ? guards.withoutClaim(outbox) : outbox,
    notifier: parts.notifier,
    channel,
    settings,
    logger,
    metrics,
  };
  const outboxParts = { queue: requests, timers: new TimerQueue(sqs, queues.timers), logger };
  const sweepParts = { store, circumstances, outbox, queue: requests };
  const guarded = <R>(step: Step<R>): Invoke<R> =>
    without === 'partial-failures' ? guards.withoutPartialFailures(invoking(step)) : invoking(step);
  return {
    counted,

    incidents: guarded<KinesisStreamRecord>({
      batch: () => bareIncidents(without, { store, circumstances }) ?? incidentsHandler(incidentsParts),
      processor: () => new BatchProcessor(EventType.KinesisDataStreams),
      idOf: ({ kinesis }) => kinesis.sequenceNumber,
    }),
    outbox: guarded<DynamoDBRecord>({
      batch: () => outboxHandler(outboxParts),
      processor: () => new BatchProcessor(EventType.DynamoDBStreams),
      idOf: ({ dynamodb }) => dynamodb?.SequenceNumber ?? '',
    }),
    triage: guarded<SQSRecord>({
      batch: () => triageHandler(triageParts),
      processor: () => new SqsFifoPartialProcessorAsync(),
      idOf: ({ messageId }) => messageId,
    }),
    notify: guarded<SQSRecord>({
      batch: () => notifyHandler(notifyParts),
      processor: () => new SqsFifoPartialProcessorAsync(),
      idOf: ({ messageId }) => messageId,
    }),
    due: guarded<SQSRecord>({
      batch: () => dueHandler({ store, circumstances, logger, metrics }),
      processor: () => new BatchProcessor(EventType.SQS),
      idOf: ({ messageId }) => messageId,
    }),
    sweep: (quietMs: number, now: Date) => sweep(sweepParts, quietMs, now),
    fold: (now: () => Date) =>
      fold({ outbox, channel, queue: requests, settings, stage: 'bench', leaseMs: 60_000 }, now),
  };
}
export type Functions = ReturnType<typeof createFunctions>;

/** What several steps use; a guard that lies in it may be taken away. */
function sharedParts({ endpoint, resources, without }: FunctionsOptions) {
  const client = {
    ...clientOptions(),
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const table = { client: documents, tableName: resources.table, keepDays: 30 };
  const counted: Record<string, number> = {};
  const metrics = new Metrics({ namespace: 'bench', serviceName: 'bench' });
  metrics.addMetric = (name, _unit, value) => {
    counted[name] = (counted[name] ?? 0) + value;
    return metrics;
  };
  const outbox: Outbox = new DynamoDbOutbox(table);
  const plainStore: IncidentStore = new DynamoDbIncidentStore({ ...table, replayHours: 24 });
  const forgetting: Partial<Record<guards.Guard, (store: IncidentStore) => IncidentStore>> = {
    'seen-mark': guards.withoutSeenMark,
    'cleared-memory': guards.withoutClearedMemory,
    'replay-memory': guards.withoutReplayMemory,
  };
  const plainNotifier: Notifier = new SnsNotifier(
    new SNSClient({ ...client, maxAttempts: 1 }),
    resources.topicArn,
  );
  const careless: Partial<Record<guards.Guard, (notifier: Notifier) => Notifier>> = {
    'give-back': guards.withoutGiveBack,
    'unknown-stays': guards.withoutUnknown,
  };
  return {
    sqs: new SQSClient(client),
    table,
    counted,
    metrics,
    logger: new Logger({ logLevel: 'SILENT' }),
    outbox,
    plainStore,
    store: (without && forgetting[without]?.(plainStore)) ?? plainStore,
    notifier: (without && careless[without]?.(plainNotifier)) ?? plainNotifier,
  };
}
type SharedParts = ReturnType<typeof sharedParts>;

function triagePartsOf(options: FunctionsOptions, { sqs, table, ...parts }: SharedParts) {
  return {
    sources: {
      store: sharingFullAnswers(parts.plainStore),
      outbox: parts.outbox,
      notes: new DynamoDbNotes(table),
      rules: async () => [],
      directory: async () => ({ entities: [] }),
      onMissing: () => undefined,
    },
    results: new DynamoDbResults(table),
    governor: governorOf(options, new DynamoDbAnalyses(table)),
    queue: new FifoQueue(sqs, options.resources.queues.alerts),
    logger: parts.logger,
    metrics: parts.metrics,
    stage: 'bench',
  };
}

/** The incidents step where a guard is taken away that lies in how it reads a record. */
function bareIncidents(
  without: guards.Guard | undefined,
  { store, circumstances }: Pick<IncidentsParts, 'store' | 'circumstances'>,
): ((record: KinesisStreamRecord) => Promise<void>) | undefined {
  if (without !== 'own-grave' && without !== 'fingerprint' && without !== 'own-clock') return undefined;
  return async (record) => {
    const parsed = parseAnomaly(record.kinesis.data);
    if ('fault' in parsed) throw new Error(parsed.fault);
    const anomaly = without === 'fingerprint' ? guards.withoutFingerprint(parsed.anomaly) : parsed.anomaly;
    const clock = () => (without === 'own-clock' ? new Date(anomaly.event_time) : new Date());
    await apply(store, anomaly, clock, circumstances);
  };
}

/** A model that costs something, and a budget that no scenario reaches. */
function governorOf(
  { model, deadlineMs, without }: FunctionsOptions,
  analyses: Analyses,
): Governor | undefined {
  if (model === undefined) return undefined;
  return new Governor({
    model: without === 'answer-form' ? guards.withoutAnswerForm(model) : model,
    analyses,
    price: { inputUsdPerMillion: 1, outputUsdPerMillion: 5 },
    budget: { usdPerDay: 100, usdPerMonth: 1_000 },
    maxTokens: 400,
    deadlineMs: without === 'deadline' ? 10 * 60_000 : deadlineMs,
    lateMs: 500,
    clock: () => new Date(),
    onCall: () => undefined,
  });
}
