import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { clientOptions, documentClient } from '../clients.ts';
import { FifoQueue } from '../fifo-queue.ts';
import { parseEnv } from '../parse-env.ts';
import { DynamoDbChannel } from '../ports/channel/dynamodb.ts';
import { DynamoDbCircumstances } from '../ports/circumstances/dynamodb.ts';
import { DynamoDbIncidentStore } from '../ports/incident-store/dynamodb.ts';
import { DynamoDbOutbox } from '../ports/outbox/dynamodb.ts';
import { daily, lastDue } from './daily.ts';
import { DigestEnv } from './env.ts';
import { fold } from './fold.ts';

const env = parseEnv(DigestEnv);
const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer();
const table = { client: documentClient(tracer), tableName: env.TABLE_NAME, keepDays: env.KEEP_DAYS };
const parts = {
  store: new DynamoDbIncidentStore(table),
  circumstances: new DynamoDbCircumstances({ ...table, settings: env.NOISE }),
  outbox: new DynamoDbOutbox(table),
  channel: new DynamoDbChannel(table),
  queue: new FifoQueue(tracer.captureAWSv3Client(new SQSClient(clientOptions())), env.TRIAGE_QUEUE_URL),
  settings: env.CHANNEL,
  stage: env.STAGE,
  leaseMs: env.LEASE_MS,
};

/** What the schedules send: each minute what is parked is folded, once a day the warnings are told. */
const Work = z.object({ work: z.enum(['fold', 'daily']) });

export async function handler(event: unknown): Promise<void> {
  const { work } = z.parse(Work, event);
  const now = new Date();
  try {
    if (work === 'daily') {
      const result = await daily(parts, lastDue(env.DAILY_HOUR, now), now);
      metrics.addMetric('WarningsTold', MetricUnit.Count, result.told);
      logger.info('Wrote the daily digest', { ...result });
      return;
    }
    const result = await fold(parts, () => new Date());
    metrics.addMetric('MailsWaitingForDigest', MetricUnit.Count, result.parked - result.folded);
    metrics.addMetric('MailsInDigest', MetricUnit.Count, result.folded);
    metrics.addMetric('StormDigests', MetricUnit.Count, result.action === 'digest' ? 1 : 0);
    logger.info('Looked at what is parked', { ...result });
  } finally {
    metrics.publishStoredMetrics();
  }
}
