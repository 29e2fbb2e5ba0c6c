/** The triage step as it is deployed, with its table, published rules and queue on an emulator; one story at a time. */
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
import * as layout from '../../lambdas/ports/dynamodb/layout.ts';
import { DynamoDbIncidentStore } from '../../lambdas/ports/incident-store/dynamodb.ts';
import { DynamoDbNotes } from '../../lambdas/ports/notes/dynamodb.ts';
import type { Evidence } from '../../lambdas/triage/evidence.ts';
import { localClients } from '../../local/clients.ts';
import { clientEnvironment, startEmulator } from '../../local/emulator.ts';
import { createTable, documentsAt } from '../incidents/table.ts';
import { rules } from './rules.ts';

const TABLE = 'bench-triage';
const BUCKET = 'bench-triage';
const QUEUE = 'bench-triage-alerts.fifo';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** What came out of the step, and how long it took. */
export interface Handled {
  readonly ms: number;
  /** The message on the queue, as the notify step gets it. */
  readonly body: string;
}

export interface Stage {
  /** Stores what the evidence holds, as the other steps would have. */
  seed(evidence: Evidence): Promise<void>;
  /** Hands the request to the step, and takes its message from the queue. @throws when it fails */
  handle(evidence: Evidence): Promise<Handled>;
  clear(): Promise<void>;
  stop(): void;
}

/**
 * @param port of the emulator
 * @param textModel the stage's setting of the text model, as JSON
 */
export async function startStage(port: number, textModel: string): Promise<Stage> {
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
      TEXT_MODEL: textModel,
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
    return {
      seed: (evidence) => seed(documents, evidence),
      handle: (evidence) => handle(evidence, handler, receive),
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

async function handle(
  { request }: Evidence,
  handler: Handler,
  receive: () => Promise<string>,
): Promise<Handled> {
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
  return { ms, body: await receive() };
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
