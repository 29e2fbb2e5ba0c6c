import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parseEnv } from '../parse-env.ts';
import { RuntimeEnv, TriageEnv } from './env.ts';
import { partsFor } from './parts.ts';
import { recordHandler } from './record.ts';

const metrics = new Metrics();
const processor = new SqsFifoPartialProcessorAsync();
const tools = { logger: new Logger(), metrics, tracer: new Tracer() };
const parts = partsFor(parseEnv(TriageEnv), parseEnv(RuntimeEnv).AWS_SESSION_TOKEN, tools);

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const options = { context, skipGroupOnError: true, throwOnFullBatchFailure: false };
  try {
    return await processPartialResponse(event, recordHandler(parts), processor, options);
  } finally {
    metrics.publishStoredMetrics();
  }
}
