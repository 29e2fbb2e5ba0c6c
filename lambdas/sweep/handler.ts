import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions, documentClient } from '../clients.ts';
import { FifoQueue } from '../fifo-queue.ts';
import { parseEnv } from '../parse-env.ts';
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
  outbox: new DynamoDbOutbox(options),
  queue: new FifoQueue(tracer.captureAWSv3Client(new SQSClient(clientOptions())), env.TRIAGE_QUEUE_URL),
};

export async function handler(): Promise<void> {
  const { resolved, requeued, unconfirmed } = await sweep(parts, env.QUIET_MINUTES * 60_000, new Date());
  metrics.addMetric('IncidentsResolved', MetricUnit.Count, resolved.length);
  metrics.addMetric('MessagesRequeued', MetricUnit.Count, requeued.length);
  // Zero is said too: an alarm on missing data would otherwise not know silence from health.
  metrics.addMetric('UnconfirmedClaims', MetricUnit.Count, unconfirmed.length);
  metrics.publishStoredMetrics();
  logger.info('Swept', { resolved: resolved.length, requeued, unconfirmed });
  if (unconfirmed.length > 0)
    logger.error('Nobody knows whether these were sent', { alert_ids: unconfirmed });
}
