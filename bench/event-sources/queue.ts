/** What Lambda's event source of a queue promises: of a batch only what failed comes again. */
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { LocalClients } from '../../local/clients.ts';
import type { Source } from './invoking.ts';

/** A receive waits so long for a message. */
const WAIT_SECONDS = 1;

/** The most that one receive brings. */
const RECEIVE = 10;

/** One poller: what it received is worked on side by side. What failed stays hidden for the queue's visibility time-out. */
export async function readQueue(
  { sqs }: Pick<LocalClients, 'sqs'>,
  queueUrl: string,
  batchSize: number,
  { invoke, signal }: Source<SQSRecord>,
): Promise<void> {
  while (!signal.aborted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: RECEIVE,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0 || signal.aborted) continue;
    const lanes = lanesOf(Messages.map(sqsEvent), batchSize);
    const failed = new Set((await Promise.all(lanes.map((lane) => workOff(lane, invoke)))).flat());
    const Entries = Messages.filter(({ MessageId = '' }) => !failed.has(MessageId)).map(
      ({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }),
    );
    // One that comes too late has been shown again already, and comes a second time.
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

/** Batches that may run side by side, each list one after another: a group of a FIFO queue keeps its order. */
export function lanesOf(records: readonly SQSRecord[], batchSize: number): SQSRecord[][][] {
  if (records.length <= batchSize) return [[[...records]]];
  const groups = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const group = record.attributes.MessageGroupId ?? record.messageId;
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  return [...groups.values()].map((group) =>
    Array.from({ length: Math.ceil(group.length / batchSize) }, (_, index) =>
      group.slice(index * batchSize, (index + 1) * batchSize),
    ),
  );
}

/** @returns the ids of what failed, and of what was not tried because something before it did */
export async function workOff(
  batches: readonly SQSRecord[][],
  invoke: Source<SQSRecord>['invoke'],
): Promise<string[]> {
  for (const [index, batch] of batches.entries()) {
    const ids = batch.map(({ messageId }) => messageId);
    const failed = await invoke(batch).catch(() => new Set(ids));
    if (failed.size === 0) continue;
    return [
      ...failed,
      ...batches.slice(index + 1).flatMap((later) => later.map(({ messageId }) => messageId)),
    ];
  }
  return [];
}

/** A message as the function gets it. */
export function sqsEvent({
  MessageId = '',
  ReceiptHandle = '',
  Body = '',
  Attributes = {},
}: Message): SQSRecord {
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
