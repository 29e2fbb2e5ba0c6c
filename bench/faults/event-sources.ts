/**
 * What Lambda's event sources promise and the emulator's do not: a failed record of a stream comes again with all after
 * it, a batch that goes on failing is halved until the bad record stands alone and is noted in the dead letters; of a
 * queue's batch only what failed comes again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand } from '@aws-sdk/client-kinesis';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { DynamoDBRecord, KinesisStreamRecord, SQSRecord } from 'aws-lambda';
import type { LocalClients } from '../../local/clients.ts';

const IDLE_MS = 50;
/** As the product's event sources have it. */
const RETRIES = 10;
const LONGEST_PAUSE_MS = 5_000;

/** What the function returns: the ids of the records that failed. Throws when it ended. */
export type Invoke<R> = (records: R[]) => Promise<ReadonlySet<string>>;

export interface Source<R> {
  readonly invoke: Invoke<R>;
  readonly signal: AbortSignal;
}

export interface StreamSource<R> extends Source<R> {
  /** Where records are noted that failed to the end. Absent: they are dropped with their batch (a guard taken away). */
  readonly deadLetters?: string;
}

/** Work of one batch of a stream, to the end. */
async function workOff<R>(
  records: R[],
  idOf: (record: R) => string,
  { invoke, signal, deadLetters }: StreamSource<R>,
  sqs: LocalClients['sqs'],
): Promise<void> {
  let [left, size] = [records, records.length];
  for (let attempt = 0; left.length > 0 && !signal.aborted; ) {
    const batch = left.slice(0, size);
    const failed = await invoke(batch).catch(() => new Set(batch.map(idOf)));
    const first = batch.findIndex((record) => failed.has(idOf(record)));
    const done = first < 0 ? batch.length : first;
    left = left.slice(done);
    if (done > 0) attempt = 0;
    if (first < 0) {
      size = left.length;
      continue;
    }
    if (deadLetters === undefined) return;
    attempt += 1;
    // As Lambda does, it waits longer before each try.
    await sleep(Math.min(LONGEST_PAUSE_MS, IDLE_MS * 2 ** attempt));
    size = Math.max(1, Math.floor(size / 2));
    if (attempt > RETRIES) {
      const [lost] = left;
      if (lost === undefined) return;
      const MessageBody = JSON.stringify({ noted: idOf(lost) });
      await sqs.send(new SendMessageCommand({ QueueUrl: deadLetters, MessageBody }));
      left = left.slice(1);
      attempt = 0;
    }
  }
}

/** All shards of a Kinesis stream from its beginning; children after their parents. */
export async function readKinesis(
  { kinesis, sqs }: LocalClients,
  stream: string,
  source: StreamSource<KinesisStreamRecord>,
): Promise<void> {
  const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName: stream }));
  await Promise.all(
    (Shards ?? []).map(async ({ ShardId }) => {
      const begin = { StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
      let { ShardIterator: iterator } = await kinesis.send(new GetShardIteratorCommand(begin));
      while (iterator !== undefined && !source.signal.aborted) {
        const page = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 100 }));
        iterator = page.NextShardIterator;
        const records = (page.Records ?? []).map((record) =>
          kinesisEvent(
            record.Data ?? new Uint8Array(),
            record.PartitionKey ?? '',
            record.SequenceNumber ?? '',
          ),
        );
        if (records.length === 0) await sleep(IDLE_MS);
        else await workOff(records, (record) => record.kinesis.sequenceNumber, source, sqs);
      }
    }),
  );
}

export function kinesisEvent(
  data: Uint8Array,
  partitionKey: string,
  sequenceNumber: string,
): KinesisStreamRecord {
  return {
    awsRegion: 'us-east-1',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/bench',
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/bench',
    kinesis: {
      approximateArrivalTimestamp: Date.now() / 1_000,
      data: Buffer.from(data).toString('base64'),
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
    },
  };
}

/** The table's stream. The emulator speaks its API; the project has no client for it. */
export async function readTableStream(
  endpoint: string,
  { sqs }: LocalClients,
  streamArn: string,
  source: StreamSource<DynamoDBRecord>,
): Promise<void> {
  const ask = async (action: string, body: object) => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${action}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
    // biome-ignore lint/suspicious/noExplicitAny: the emulator's answer, read field by field below
    return (await answer.json()) as any;
  };
  const { StreamDescription } = await ask('DescribeStream', { StreamArn: streamArn });
  const { ShardId } = StreamDescription.Shards[0];
  let { ShardIterator: iterator } = await ask('GetShardIterator', {
    StreamArn: streamArn,
    ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  while (typeof iterator === 'string' && !source.signal.aborted) {
    const page = await ask('GetRecords', { ShardIterator: iterator, Limit: 100 });
    iterator = page.NextShardIterator;
    const records: DynamoDBRecord[] = page.Records ?? [];
    // As the mapping's filters do: new lines, and new times.
    const wanted = records.filter(({ eventName, dynamodb }) => {
      const image = dynamodb?.NewImage;
      return (eventName === 'INSERT' && image?.type?.S === 'outbox') || image?.timer_at?.S !== undefined;
    });
    if (records.length === 0) await sleep(IDLE_MS);
    else await workOff(wanted, (record) => record.dynamodb?.SequenceNumber ?? '', source, sqs);
  }
}

/** One poller of a queue. What failed stays hidden for the queue's visibility time-out. */
export async function readQueue(
  { sqs }: LocalClients,
  queueUrl: string,
  batchSize: number,
  { invoke, signal }: Source<SQSRecord>,
): Promise<void> {
  while (!signal.aborted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: batchSize,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) {
      await sleep(IDLE_MS);
      continue;
    }
    const records = Messages.map(sqsEvent);
    const failed = await invoke(records).catch(() => new Set(records.map(({ messageId }) => messageId)));
    for (const { MessageId = '', ReceiptHandle } of Messages) {
      if (failed.has(MessageId)) continue;
      // Too late to delete it: it has been shown again already, and comes a second time.
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle })).catch(() => undefined);
    }
  }
}

function sqsEvent({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }: Message): SQSRecord {
  const { ApproximateReceiveCount = '1', SentTimestamp = '', SenderId = '', ...rest } = Attributes;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: {
      ApproximateReceiveCount,
      SentTimestamp,
      SenderId,
      ApproximateFirstReceiveTimestamp: '',
      ...rest,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:bench',
    awsRegion: 'us-east-1',
  };
}
