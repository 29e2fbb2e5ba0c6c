import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { clientOptions, documentClient } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { DynamoDbChannel } from '../ports/channel/dynamodb.ts';
import { SnsNotifier } from '../ports/notifier/sns.ts';
import { DynamoDbOutbox } from '../ports/outbox/dynamodb.ts';
import { NotifyEnv } from './env.ts';
import { recordHandler } from './record.ts';

const env = parseEnv(NotifyEnv);
const metrics = new Metrics();
const tracer = new Tracer();
const processor = new SqsFifoPartialProcessorAsync();
// No second try by the client: after a time-out it could send a second e-mail.
const topic = tracer.captureAWSv3Client(new SNSClient({ ...clientOptions(), maxAttempts: 1 }));
const table = { client: documentClient(tracer), tableName: env.TABLE_NAME };
const parts = {
  logger: new Logger(),
  metrics,
  outbox: new DynamoDbOutbox(table),
  channel: new DynamoDbChannel(table),
  settings: env.CHANNEL,
  notifier: new SnsNotifier(topic, env.TOPIC_ARN),
};

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  // A message that failed holds back the later ones of its incident, and of no other.
  const options = { context, skipGroupOnError: true, throwOnFullBatchFailure: false };
  try {
    return await processPartialResponse(event, recordHandler(parts), processor, options);
  } finally {
    metrics.publishStoredMetrics();
  }
}
