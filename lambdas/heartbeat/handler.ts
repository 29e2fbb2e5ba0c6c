import { Logger } from '@aws-lambda-powertools/logger';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import type { Context } from 'aws-lambda';
import { HEARTBEAT } from '../../contracts/heartbeat.ts';
import { clientOptions } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { HeartbeatEnv } from './env.ts';
import { beat, type InputStream } from './heartbeat.ts';

const env = parseEnv(HeartbeatEnv);
const logger = new Logger();
const kinesis = new Tracer().captureAWSv3Client(new KinesisClient(clientOptions()));
const stream: InputStream = {
  async put(record, after) {
    const { SequenceNumber: number } = await kinesis.send(
      new PutRecordCommand({
        StreamName: env.STREAM_NAME,
        // One key: both records go to one shard, in this order.
        PartitionKey: HEARTBEAT,
        Data: Buffer.from(JSON.stringify(record)),
        ...(after !== undefined && { SequenceNumberForOrdering: after }),
      }),
    );
    return number;
  },
};

export async function handler(_event: unknown, context: Context): Promise<void> {
  await beat(stream, context.awsRequestId, new Date());
  logger.info('Beat', { beat_id: context.awsRequestId });
}
