import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { Alert } from '../../contracts/alert.ts';
import { clientOptions, documentClient } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { SnsNotifier } from '../ports/notifier/sns.ts';
import { DynamoDbOutbox } from '../ports/outbox/dynamodb.ts';
import { NotifyEnv } from './env.ts';
import { notify } from './notify.ts';

const env = parseEnv(NotifyEnv);
const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer();
const processor = new SqsFifoPartialProcessorAsync();
const topic = tracer.captureAWSv3Client(new SNSClient({ ...clientOptions(), maxAttempts: 1 }));
const parts = {
  outbox: new DynamoDbOutbox({ client: documentClient(tracer), tableName: env.TABLE_NAME }),
  notifier: new SnsNotifier(topic, env.TOPIC_ARN),
};

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  try {
    return await processPartialResponse(event, handle, processor, {
      context,
      // A message that failed holds back the later ones of its incident, and of no other.
      skipGroupOnError: true,
      throwOnFullBatchFailure: false,
    });
  } finally {
    metrics.publishStoredMetrics();
  }
}

async function handle(record: SQSRecord): Promise<void> {
  const alert = Alert.parse(JSON.parse(record.body));
  const { alert_id, incident_id, kind } = alert;
  try {
    const outcome = await notify(alert, parts, () => new Date());
    logger.info('Notified', { ...outcome, alert_id, incident_id, kind });
    metrics.addMetric(outcome.action === 'sent' ? 'MailsSent' : 'MailsSkipped', MetricUnit.Count, 1);
  } catch (error) {
    metrics.addMetric('MailsFailed', MetricUnit.Count, 1);
    logger.error('Not sent', { alert_id, incident_id, kind, error });
    throw error;
  }
}
