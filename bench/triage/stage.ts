/** The triage step as it is deployed, with its table, published rules and queue on an emulator; one story at a time. */

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Alert } from '../../contracts/alert.ts';
import type { Incident } from '../../contracts/index.ts';
import { parseEnv } from '../../lambdas/parse-env.ts';
import { DynamoDbAnalyses } from '../../lambdas/ports/analyses/dynamodb.ts';
import * as layout from '../../lambdas/ports/dynamodb/layout.ts';
import { DynamoDbIncidentStore } from '../../lambdas/ports/incident-store/dynamodb.ts';
import { DynamoDbNotes } from '../../lambdas/ports/notes/dynamodb.ts';
import { TriageEnv } from '../../lambdas/triage/env.ts';
import type { Evidence } from '../../lambdas/triage/evidence.ts';
import { Governor, type Report } from '../../lambdas/triage/governor.ts';
import { partsFor } from '../../lambdas/triage/parts.ts';
import { recordHandler } from '../../lambdas/triage/record.ts';
import { localClients } from '../../local/clients.ts';
import { clientEnvironment, startEmulator } from '../../local/emulator.ts';
import { createTable, documentsAt } from '../incidents/table.ts';
import type { PricedModel } from './real-model.ts';
import { rules } from './rules.ts';

const TABLE = 'bench-triage';
const BUCKET = 'bench-triage';
const QUEUE = 'bench-triage-alerts.fifo';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** What came out of the step, and how long it took. */
export interface Handled {
  /** Without the model's own time. */
  readonly ms: number;
  /** The message on the queue, as the notify step gets it. */
  readonly body: string;
  /** The calls of the model that it took. */
  readonly calls: readonly Report[];
}

export interface Stage {
  /** Stores what the evidence holds, as the other steps would have. */
  seed(evidence: Evidence): Promise<void>;
  /**
   * Hands the request to the step, and takes its message from the queue.
   * @param model that it asks; without one it is the deployed handler, as it is
   * @throws when it fails
   */
  handle(evidence: Evidence, model?: PricedModel): Promise<Handled>;
  clear(): Promise<void>;
  stop(): void;
}

/** @param port of the emulator */
export async function startStage(port: number): Promise<Stage> {
  const { endpoint, child } = await startEmulator(port);
  const stop = () => child.kill();
  try {
    const documents = documentsAt(endpoint);
    const { s3, sqs } = localClients(endpoint);
    await createTable(documents, TABLE);
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const publish = (Key: string, value: unknown) =>
      s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(value) }));
    await publish('rules.json', { version: 3, rules });
    await publish('entities.json', { entities: [] });
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: QUEUE, Attributes: { FifoQueue: 'true' } }),
    );
    setEnvironment({
      ...clientEnvironment(endpoint),
      TABLE_NAME: TABLE,
      NOTIFY_QUEUE_URL: QueueUrl,
      TEXT_MODEL: JSON.stringify({ kind: 'none' }),
      RULES_URI: `s3://${BUCKET}/rules.json`,
      ENTITIES_URI: `s3://${BUCKET}/entities.json`,
      DEADLINE_MS: '15000',
      LATE_MS: '1000',
      KEEP_DAYS: '30',
      BUDGET: JSON.stringify({ usdPerDay: 100, usdPerMonth: 1_000 }),
      STAGE: 'bench',
      POWERTOOLS_METRICS_DISABLED: 'true',
      POWERTOOLS_TRACE_ENABLED: 'false',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
    });
    // It reads its settings when it is loaded, as a function does when it starts.
    const { handler } = (await import('../../lambdas/triage/handler.ts')) as { readonly handler: Handler };
    const receive = async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      const [message] = Messages;
      if (message === undefined) throw new Error('the step sent nothing');
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return message.Body ?? '';
    };
    const handlers = new Map<PricedModel, { readonly use: Handler; readonly calls: Report[] }>();
    const handlerOf = (model: PricedModel) => {
      const calls: Report[] = [];
      const known = handlers.get(model) ?? { use: handlerWith(model, documents, calls), calls };
      handlers.set(model, known);
      return known;
    };
    return {
      seed: (evidence) => seed(documents, evidence),
      handle: async (evidence, model) => {
        const { use, calls } = model === undefined ? { use: handler, calls: [] } : handlerOf(model);
        calls.length = 0;
        const ms = await timed(evidence, use);
        const ofModel = calls.reduce((sum, { latency_ms }) => sum + latency_ms, 0);
        return { ms: ms - ofModel, body: await receive(), calls: [...calls] };
      },
      clear: () => clear(documents),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** An undefined value takes a variable away: assigned, it would be the text `undefined`. */
function setEnvironment(variables: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

let attempts = 0;

/** The handler's work with a model that no setting names. */
function handlerWith(
  { model, price, maxTokens }: PricedModel,
  documents: DynamoDBDocumentClient,
  calls: Report[],
): Handler {
  const tools = { logger: new Logger(), metrics: new Metrics(), tracer: new Tracer() };
  const env = parseEnv(TriageEnv);
  const governor = new Governor({
    ...{ model, price, maxTokens, budget: env.BUDGET, deadlineMs: env.DEADLINE_MS, lateMs: env.LATE_MS },
    analyses: new DynamoDbAnalyses({ client: documents, tableName: TABLE, keepDays: env.KEEP_DAYS }),
    clock: () => new Date(),
    onCall: (report) => calls.push(report),
  });
  const work = recordHandler({ ...partsFor(env, '', tools), governor });
  return (event, of) =>
    processPartialResponse(event, work, new BatchProcessor(EventType.SQS), {
      context: of,
      throwOnFullBatchFailure: false,
    });
}

async function timed({ request }: Evidence, handler: Handler): Promise<number> {
  attempts += 1;
  const event = {
    Records: [
      {
        messageId: `m-${attempts}`,
        receiptHandle: 'receipt',
        body: JSON.stringify(request),
        // Each delivery is a new message to the queue behind, so that repetitions are not dropped.
        attributes: { MessageGroupId: request.incident_id, MessageDeduplicationId: `d-${attempts}` },
        messageAttributes: {},
        eventSource: 'aws:sqs',
      },
    ],
  } as unknown as SQSEvent;
  const from = performance.now();
  const { batchItemFailures } = await handler(event, context);
  const ms = performance.now() - from;
  if (batchItemFailures.length > 0) throw new Error(`the step failed on ${request.alert_id}`);
  return ms;
}

const context = {
  functionName: 'triage',
  functionVersion: '1',
  awsRequestId: 'bench',
  getRemainingTimeInMillis: () => 30_000,
} as Context;

/** Everything that the step may read of the evidence, but for the published files. */
async function seed(documents: DynamoDBDocumentClient, evidence: Evidence): Promise<void> {
  const { incident, about, request, others = [], neighbours = [], notes = [], ofRule = [] } = evidence;
  const store = new DynamoDbIncidentStore({ client: documents, tableName: TABLE });
  const keep = async (each: Incident, more: { about?: typeof about; say?: typeof request.kind } = {}) => {
    const now = new Date(each.opened_at);
    const change = { incident: { ...each, version: 1 }, now, ...(more.say && { say: more.say }) };
    const result = await store.commit({ ...change, ...(more.about && { anomaly: more.about }) });
    if (result !== 'committed') throw new Error(`${each.incident_id}: ${result}`);
  };
  await keep(incident, { about, say: request.kind });
  for (const each of [...others, ...neighbours]) await keep(each);
  const rememberNotes = new DynamoDbNotes({ client: documents, tableName: TABLE });
  for (const note of notes) await rememberNotes.put(note);
  for (const each of ofRule) {
    const key = layout.ruleKey(about.rule_id, each.opened_at, each.incident_id);
    await documents.send(
      new PutCommand({
        TableName: TABLE,
        Item: { ...key, type: 'rule', rule_incident: JSON.stringify(each) },
      }),
    );
  }
}

async function clear(documents: DynamoDBDocumentClient): Promise<void> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: TABLE }));
  for (let from = 0; from < Items.length; from += 25) {
    const requests = Items.slice(from, from + 25).map(({ pk, sk }) => ({
      DeleteRequest: { Key: { pk, sk } },
    }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [TABLE]: requests } }));
  }
}

/** The alert, checked by the contract, or what is wrong with it. */
export function alertIn(body: string): { readonly alert: Alert } | { readonly fault: string } {
  const parsed = Alert.safeParse(JSON.parse(body));
  return parsed.success ? { alert: parsed.data } : { fault: parsed.error.message };
}
