import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { clientOptions, documentClient } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { DynamoDbIncidentStore } from '../ports/incident-store/dynamodb.ts';
import { IncidentsEnv } from './env.ts';
import { recordHandler } from './record.ts';

const env = parseEnv(IncidentsEnv);
const metrics = new Metrics();
const tracer = new Tracer();
const processor = new BatchProcessor(EventType.KinesisDataStreams);
const parts = {
  logger: new Logger(),
  metrics,
  deadLetters: {
    client: tracer.captureAWSv3Client(new SQSClient(clientOptions())),
    queueUrl: env.DEAD_LETTER_QUEUE_URL,
  },
  store: new DynamoDbIncidentStore({
    client: documentClient(tracer),
    tableName: env.TABLE_NAME,
    keepDays: env.KEEP_DAYS,
    replayHours: env.STREAM_RETENTION_HOURS,
  }),
};

export async function handler(event: KinesisStreamEvent, context: Context) {
  const options = { context, throwOnFullBatchFailure: false };
  try {
    return await processPartialResponse(event, recordHandler(parts), processor, options);
  } finally {
    metrics.publishStoredMetrics();
  }
}
