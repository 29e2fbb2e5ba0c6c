import { Logger } from '@aws-lambda-powertools/logger';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { S3Client } from '@aws-sdk/client-s3';
import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import { type SourceConfig, SourceSet } from '../../contracts/source-config.ts';
import { clientOptions } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { PublishedObject } from '../ports/s3-text.ts';
import { ArchiveEnv } from './env.ts';
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

export async function handler(event: FirehoseTransformationEvent): Promise<FirehoseTransformationResult> {
  const result = transform(event, env.STREAM, await sourcesOrNone());
  const failed = result.records.filter((record) => record.result !== 'Ok').length;
  if (failed > 0) logger.error('Rows too long for an answer go to the error prefix', { failed });
  return result;
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
