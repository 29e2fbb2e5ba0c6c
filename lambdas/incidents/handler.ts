import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { clientOptions, documentClient } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { DynamoDbCircumstances } from '../ports/circumstances/dynamodb.ts';
import { DynamoDbIncidentStore } from '../ports/incident-store/dynamodb.ts';
import { IncidentsEnv } from './env.ts';
import { recordHandler } from './record.ts';

const env = parseEnv(IncidentsEnv);
const metrics = new Metrics();
const tracer = new Tracer();
const processor = new BatchProcessor(EventType.KinesisDataStreams);
const table = { client: documentClient(tracer), tableName: env.TABLE_NAME, keepDays: env.KEEP_DAYS };
/** A batch reads silences and parents once; a new silence holds within this time. */
const CACHE_MS = 1_000;
const parts = {
  quietUntilMs: env.QUIET_UNTIL_MS,
  logger: new Logger(),
  metrics,
  deadLetters: {
    client: tracer.captureAWSv3Client(new SQSClient(clientOptions())),
    queueUrl: env.DEAD_LETTER_QUEUE_URL,
  },
  store: new DynamoDbIncidentStore({ ...table, replayHours: env.STREAM_RETENTION_HOURS }),
  circumstances: new DynamoDbCircumstances({ ...table, settings: env.NOISE, cacheMs: CACHE_MS }),
};

export async function handler(event: KinesisStreamEvent, context: Context) {
  const options = { context, throwOnFullBatchFailure: false };
  try {
    return await processPartialResponse(event, recordHandler(parts), processor, options);
  } finally {
    metrics.publishStoredMetrics();
  }
}
