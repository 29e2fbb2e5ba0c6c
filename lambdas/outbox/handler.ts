import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { clientOptions } from '../clients.ts';
import { FifoQueue } from '../fifo-queue.ts';
import { parseEnv } from '../parse-env.ts';
import { OutboxEnv } from './env.ts';
import { recordHandler } from './record.ts';
import { TimerQueue } from './timer-queue.ts';

const env = parseEnv(OutboxEnv);
const tracer = new Tracer();
const processor = new BatchProcessor(EventType.DynamoDBStreams);
const sqs = tracer.captureAWSv3Client(new SQSClient(clientOptions()));
const parts = {
  logger: new Logger(),
  queue: new FifoQueue(sqs, env.TRIAGE_QUEUE_URL),
  timers: new TimerQueue(sqs, env.TIMER_QUEUE_URL),
};

export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> {
  const options = { context, throwOnFullBatchFailure: false };
  return await processPartialResponse(event, recordHandler(parts), processor, options);
}
