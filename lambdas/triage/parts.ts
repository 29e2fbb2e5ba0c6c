/** The adapters that the environment asks for. */
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Tracer } from '@aws-lambda-powertools/tracer';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type * as z from 'zod/mini';
import { EntityDirectory } from '../../contracts/directory.ts';
import { PublishedRuleSet } from '../../contracts/rule.ts';
import { clientOptions, documentClient } from '../clients.ts';
import { FifoQueue } from '../fifo-queue.ts';
import { parseJson } from '../parse-json.ts';
import { DynamoDbAnalyses } from '../ports/analyses/dynamodb.ts';
import { DynamoDbChannel } from '../ports/channel/dynamodb.ts';
import { DynamoDbIncidentStore } from '../ports/incident-store/dynamodb.ts';
import { DynamoDbNotes } from '../ports/notes/dynamodb.ts';
import { DynamoDbOutbox } from '../ports/outbox/dynamodb.ts';
import { DynamoDbResults } from '../ports/results/dynamodb.ts';
import { PublishedObject } from '../ports/s3-text.ts';
import type { TriageEnv } from './env.ts';
import { sharingFullAnswers } from './full-answers.ts';
import type { RecordParts } from './record.ts';
import { governorFor } from './text-model.ts';

type Env = z.infer<typeof TriageEnv>;

interface Tools {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
}

/** @param sessionToken of the function's role, for the extension that reads secrets */
export function partsFor(env: Env, sessionToken: string, { logger, metrics, tracer }: Tools): RecordParts {
  const s3 = tracer.captureAWSv3Client(new S3Client(clientOptions()));
  const published = new PublishedObject(
    s3,
    env.RULES_URI,
    (text) => parseJson(PublishedRuleSet, text, env.RULES_URI).rules,
  );
  const directory = new PublishedObject(s3, env.ENTITIES_URI, (text) =>
    parseJson(EntityDirectory, text, env.ENTITIES_URI),
  );
  const table = { client: documentClient(tracer), tableName: env.TABLE_NAME };
  const analyses = new DynamoDbAnalyses({ ...table, keepDays: env.KEEP_DAYS });
  return {
    sources: {
      store: sharingFullAnswers(new DynamoDbIncidentStore(table)),
      outbox: new DynamoDbOutbox(table),
      notes: new DynamoDbNotes(table),
      rules: () => published.get(Date.now()),
      directory: () => directory.get(Date.now()),
      onMissing: (what, error) => logger.warn(`The e-mail goes without ${what}`, { error }),
    },
    results: new DynamoDbResults({ ...table, keepDays: env.KEEP_DAYS }),
    governor: governorFor(env, { logger, metrics, tracer, analyses, sessionToken }),
    channel: new DynamoDbChannel(table),
    queue: new FifoQueue(tracer.captureAWSv3Client(new SQSClient(clientOptions())), env.NOTIFY_QUEUE_URL),
    logger,
    metrics,
    stage: env.STAGE,
  };
}
