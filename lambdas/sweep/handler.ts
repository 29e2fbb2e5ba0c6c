import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions, documentClient } from '../clients.ts';
import { FifoQueue } from '../fifo-queue.ts';
import { parseEnv } from '../parse-env.ts';
import { DynamoDbCircumstances } from '../ports/circumstances/dynamodb.ts';
import { DynamoDbIncidentStore } from '../ports/incident-store/dynamodb.ts';
import { DynamoDbOutbox } from '../ports/outbox/dynamodb.ts';
import { SweepEnv } from './env.ts';
import { sweep } from './sweep.ts';

const env = parseEnv(SweepEnv);
const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer();
const options = { client: documentClient(tracer), tableName: env.TABLE_NAME, keepDays: env.KEEP_DAYS };
const parts = {
  store: new DynamoDbIncidentStore(options),
  circumstances: new DynamoDbCircumstances({ ...options, settings: env.NOISE }),
  outbox: new DynamoDbOutbox(options),
  queue: new FifoQueue(tracer.captureAWSv3Client(new SQSClient(clientOptions())), env.TRIAGE_QUEUE_URL),
};

export async function handler(): Promise<void> {
  const { resolved, looked, requeued, unconfirmed, given_up, failed } = await sweep(
    parts,
    env.QUIET_MINUTES * 60_000,
    new Date(),
  );
  metrics.addMetric('IncidentsResolved', MetricUnit.Count, resolved.length);
  metrics.addMetric('LooksBySweep', MetricUnit.Count, looked.length);
  metrics.addMetric('MailsRequeued', MetricUnit.Count, requeued.length);
  metrics.addMetric('MailsFailed', MetricUnit.Count, given_up.length);
  // Zero is said too: an alarm would otherwise not know silence from health.
  metrics.addMetric('UnconfirmedClaims', MetricUnit.Count, unconfirmed.length);
  metrics.publishStoredMetrics();
  logger.info('Swept', { resolved: resolved.map(({ incident }) => incident.incident_id), requeued });
  if (failed.length > 0) logger.error('These could not be looked at; the next sweep tries again', { failed });
  if (unconfirmed.length > 0) logger.error('Nobody knows whether these were sent', { unconfirmed });
  if (given_up.length > 0) logger.error('Given up: these could not be sent for hours', { given_up });
}
