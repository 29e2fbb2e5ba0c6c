/** The adapters that the environment asks for. */
import type { Tracer } from '@aws-lambda-powertools/tracer';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type * as z from 'zod/mini';
import { PublishedRuleSet } from '../../contracts/rule.ts';
import { clientOptions, documentClient } from '../clients.ts';
import { FifoQueue } from '../fifo-queue.ts';
import { DynamoDbIncidentStore } from '../ports/incident-store/dynamodb.ts';
import { PublishedObject } from '../ports/s3-text.ts';
import { BedrockTextModel } from '../ports/text-model/bedrock.ts';
import { noTextModel } from '../ports/text-model/none.ts';
import type { TextModel } from '../ports/text-model/port.ts';
import type { TriageEnv } from './env.ts';

type Env = z.infer<typeof TriageEnv>;

export function partsFor(env: Env, tracer: Tracer, onMissing: (what: string, error: unknown) => void) {
  const s3 = tracer.captureAWSv3Client(new S3Client(clientOptions()));
  const published = new PublishedObject(
    s3,
    env.RULES_URI,
    (text) => PublishedRuleSet.parse(JSON.parse(text)).rules,
  );
  return {
    store: new DynamoDbIncidentStore({ client: documentClient(tracer), tableName: env.TABLE_NAME }),
    rules: () => published.get(Date.now()),
    onMissing,
    queue: new FifoQueue(tracer.captureAWSv3Client(new SQSClient(clientOptions())), env.NOTIFY_QUEUE_URL),
    model: modelFor(env.TEXT_MODEL, env.DEADLINE_MS, tracer),
  };
}

function modelFor(setting: Env['TEXT_MODEL'], deadlineMs: number, tracer: Tracer): TextModel {
  if (setting.kind === 'none') return noTextModel;
  const client = tracer.captureAWSv3Client(
    new BedrockRuntimeClient({ ...clientOptions(deadlineMs), maxAttempts: 1 }),
  );
  return new BedrockTextModel({ client, modelId: setting.modelId, maxTokens: setting.maxTokens });
}
