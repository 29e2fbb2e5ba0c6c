import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { documentClient } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { DynamoDbCircumstances } from '../ports/circumstances/dynamodb.ts';
import { DynamoDbIncidentStore } from '../ports/incident-store/dynamodb.ts';
import { DueEnv } from './env.ts';
import { recordHandler } from './record.ts';

const env = parseEnv(DueEnv);
const metrics = new Metrics();
const processor = new BatchProcessor(EventType.SQS);
const table = { client: documentClient(new Tracer()), tableName: env.TABLE_NAME, keepDays: env.KEEP_DAYS };
const parts = {
  logger: new Logger(),
  metrics,
  store: new DynamoDbIncidentStore(table),
  circumstances: new DynamoDbCircumstances({ ...table, settings: env.NOISE }),
};

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const options = { context, throwOnFullBatchFailure: false };
  try {
    return await processPartialResponse(event, recordHandler(parts), processor, options);
  } finally {
    metrics.publishStoredMetrics();
  }
}
