/** What Lambda's Kinesis event source promises, and the emulator's does not: a failed record comes again, with all after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { type _Record, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import type { KinesisStreamRecord } from 'aws-lambda';
import { type RecordParts, recordHandler } from '../../lambdas/incidents/record.ts';
import type { LocalClients } from '../../local/clients.ts';
import { STREAM } from './table.ts';

const BATCH = 100;
const IDLE_MS = 100;

/** Reads the stream's one shard from its start until all is done. @returns how many records came again */
export async function readAsEventSource(
  { kinesis }: LocalClients,
  parts: RecordParts,
  progress: { readonly isDone: () => boolean; readonly onDone: (partitionKey: string) => void },
): Promise<number> {
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: STREAM,
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  let retried = 0;
  for (let iterator = ShardIterator; !progress.isDone(); ) {
    const page = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: BATCH }));
    iterator = page.NextShardIterator;
    const records = (page.Records ?? []).map(asEvent);
    if (records.length === 0) await sleep(IDLE_MS);
    for (let left = records; left.length > 0 && !progress.isDone(); ) {
      const done = await work(left, parts);
      for (const { kinesis: record } of left.slice(0, done)) progress.onDone(record.partitionKey);
      left = left.slice(done);
      retried += left.length;
    }
  }
  return retried;
}

/** How many of the first records are done. */
async function work(records: KinesisStreamRecord[], parts: RecordParts): Promise<number> {
  const { batchItemFailures } = await processPartialResponse(
    { Records: records },
    recordHandler(parts),
    new BatchProcessor(EventType.KinesisDataStreams),
    { throwOnFullBatchFailure: false },
  );
  const failed = batchItemFailures[0]?.itemIdentifier;
  const first = records.findIndex(({ kinesis }) => kinesis.sequenceNumber === failed);
  return first < 0 ? records.length : first;
}

function asEvent({ Data, PartitionKey, SequenceNumber }: _Record): KinesisStreamRecord {
  return {
    awsRegion: 'us-east-1',
    eventID: `shardId-000000000000:${SequenceNumber}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/bench',
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/bench',
    kinesis: {
      approximateArrivalTimestamp: Date.now() / 1_000,
      data: Buffer.from(Data ?? []).toString('base64'),
      kinesisSchemaVersion: '1.0',
      partitionKey: PartitionKey ?? '',
      sequenceNumber: SequenceNumber ?? '',
    },
  };
}
