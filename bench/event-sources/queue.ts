/** What Lambda's event source of a queue promises: of a batch only what failed comes again. */
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { LocalClients } from '../../local/clients.ts';
import type { Source } from './invoking.ts';

/** A receive waits so long for a message. */
const WAIT_SECONDS = 1;

/** One poller. What failed stays hidden for the queue's visibility time-out. */
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
        MaxNumberOfMessages: batchSize,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0 || signal.aborted) continue;
    const records = Messages.map(sqsEvent);
    const failed = await invoke(records).catch(() => new Set(records.map(({ messageId }) => messageId)));
    const Entries = Messages.filter(({ MessageId = '' }) => !failed.has(MessageId)).map(
      ({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }),
    );
    // One that comes too late has been shown again already, and comes a second time.
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
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
