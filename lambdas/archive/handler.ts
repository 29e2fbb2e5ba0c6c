import { Logger } from '@aws-lambda-powertools/logger';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { S3Client } from '@aws-sdk/client-s3';
import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import { type SourceConfig, SourceSet } from '../../contracts/source-config.ts';
import { clientOptions, documentClient } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { DynamoDbResults } from '../ports/results/dynamodb.ts';
import { PublishedObject } from '../ports/s3-text.ts';
import type { Sample } from '../results/document.ts';
import { ArchiveEnv } from './env.ts';
import { samplesOf } from './sample.ts';
import { transform } from './transform.ts';

const env = parseEnv(ArchiveEnv);
const logger = new Logger();
const tracer = new Tracer();
const client = tracer.captureAWSv3Client(new S3Client(clientOptions()));
const sources = new PublishedObject(
  client,
  env.SOURCES_URI,
  (text) => SourceSet.parse(JSON.parse(text)).sources,
);

const results = new DynamoDbResults({
  client: documentClient(tracer),
  tableName: env.TABLE_NAME,
  keepDays: env.KEEP_DAYS,
});

export async function handler(event: FirehoseTransformationEvent): Promise<FirehoseTransformationResult> {
  const known = await sourcesOrNone();
  const result = transform(event, env.STREAM, known);
  await keepSamples(samplesOf(event, env.STREAM, known, env.SAMPLE_EVERY));
  const failed = result.records.filter((record) => record.result !== 'Ok').length;
  if (failed > 0) logger.error('Rows too long for an answer go to the error prefix', { failed });
  return result;
}

/** The archive must not wait for a sample. */
async function keepSamples(samples: readonly Sample[]): Promise<void> {
  const kept = await Promise.allSettled(samples.map((sample) => results.keepSample(sample, new Date())));
  const failed = kept.find((each) => each.status === 'rejected');
  if (failed !== undefined) logger.warn('Samples of normal records were not kept', { error: failed.reason });
}

/** Without sources the records are kept as unread: the job needs no more than their bytes to judge them again. */
async function sourcesOrNone(): Promise<readonly SourceConfig[]> {
  try {
    return await sources.get(Date.now());
  } catch (error) {
    logger.error('The sources cannot be read; records are archived as unread', { error });
    return [];
  }
}
