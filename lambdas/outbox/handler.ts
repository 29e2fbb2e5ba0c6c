import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { clientOptions } from '../clients.ts';
import { FifoQueue, requestMessage } from '../fifo-queue.ts';
import { parseEnv } from '../parse-env.ts';
import { OutboxEnv } from './env.ts';
import { requestOf } from './outbox.ts';

const env = parseEnv(OutboxEnv);
const logger = new Logger();
const tracer = new Tracer();
const processor = new BatchProcessor(EventType.DynamoDBStreams);
const queue = new FifoQueue(tracer.captureAWSv3Client(new SQSClient(clientOptions())), env.TRIAGE_QUEUE_URL);

export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> {
  return await processPartialResponse(event, handle, processor, { context, throwOnFullBatchFailure: false });
}

async function handle(record: DynamoDBRecord): Promise<void> {
  // The mapping's filter lets only new outbox lines through; an emulator or a changed filter may not.
  if (record.eventName !== 'INSERT' || record.dynamodb?.NewImage?.type?.S !== 'outbox') return;
  const request = requestOf(record.dynamodb.NewImage);
  await queue.send(requestMessage(request));
  logger.info('Queued', { ...request });
}
