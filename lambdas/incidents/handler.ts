import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SQSClient } from '@aws-sdk/client-sqs';
import type {
  Context,
  KinesisStreamBatchResponse,
  KinesisStreamEvent,
  KinesisStreamRecord,
} from 'aws-lambda';
import { clientOptions, documentClient } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { DynamoDbIncidentStore } from '../ports/incident-store/dynamodb.ts';
import { apply } from './apply.ts';
import { IncidentsEnv } from './env.ts';
import { measure } from './measure.ts';
import { bury, parseAnomaly } from './poison.ts';

const env = parseEnv(IncidentsEnv);
const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer();
const processor = new BatchProcessor(EventType.KinesisDataStreams);
const queue = tracer.captureAWSv3Client(new SQSClient(clientOptions()));
const client = documentClient(tracer);
const store = new DynamoDbIncidentStore({ client, tableName: env.TABLE_NAME, keepDays: env.KEEP_DAYS });

export async function handler(
  event: KinesisStreamEvent,
  context: Context,
): Promise<KinesisStreamBatchResponse> {
  try {
    return await processPartialResponse(event, handle, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  } finally {
    metrics.publishStoredMetrics();
  }
}

async function handle(record: KinesisStreamRecord): Promise<void> {
  const parsed = parseAnomaly(record.kinesis.data);
  if ('fault' in parsed) {
    await bury(queue, env.DEAD_LETTER_QUEUE_URL, record, parsed.fault);
    metrics.addMetric('PoisonRecords', MetricUnit.Count, 1);
    logger.error('Buried a record that is no anomaly', { event_id: record.eventID, fault: parsed.fault });
    return;
  }
  measure(await apply(store, parsed.anomaly, () => new Date()), parsed.anomaly, { logger, metrics });
}
