/** Sends a dead letter's matter the way that it should have gone. Nothing is mailed twice by it: claims and ids see to that. */
import { GetRecordsCommand, GetShardIteratorCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Clients } from '../context.ts';
import type { Letter } from './letters.ts';

/** Where each kind of letter is sent again. */
export interface Destinations {
  readonly requestsUrl: string;
  readonly alertsUrl: string;
  readonly anomaliesStream: string;
}

/** `nothing-to-do`: what the letter tells of mends itself, as the reason says. */
export type Replayed =
  | { readonly outcome: 'sent'; readonly records: number }
  | { readonly outcome: 'nothing-to-do' | 'not-possible'; readonly reason: string };

/** The bytes of an anomaly that broke the contract, as the incidents function buries them. */
const Buried = z.object({ sequence_number: z.string(), data_base64: z.string(), complete: z.boolean() });

/** The event source's note of records that the function failed on. */
const Note = z.object({
  KinesisBatchInfo: z.object({
    shardId: z.string(),
    startSequenceNumber: z.string(),
    endSequenceNumber: z.string(),
    batchSize: z.number(),
  }),
});

/** Reads of a shard for one note: its records lie side by side. */
const MAX_READS = 20;

/**
 * @param attempt makes the copy's deduplication id new; SQS would drop the same one within five minutes
 */
export async function replay(
  queue: string,
  letter: Letter,
  { kinesis, sqs }: Pick<Clients, 'kinesis' | 'sqs'>,
  to: Destinations,
  attempt: string,
): Promise<Replayed> {
  if (queue === 'requests' || queue === 'alerts') {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queue === 'requests' ? to.requestsUrl : to.alertsUrl,
        MessageBody: letter.body,
        MessageGroupId: letter.group,
        MessageDeduplicationId: `${letter.deduplication ?? letter.id}.${attempt}`.slice(-128),
      }),
    );
    return { outcome: 'sent', records: 1 };
  }
  if (queue === 'anomalies') return replayAnomalies(letter, kinesis, to.anomaliesStream);
  const reason =
    queue === 'outbox'
      ? 'the sweep queues every line that is unsent after a minute'
      : 'the next minute brought the next sweep';
  return { outcome: 'nothing-to-do', reason };
}

async function replayAnomalies(
  letter: Letter,
  kinesis: Clients['kinesis'],
  stream: string,
): Promise<Replayed> {
  const json = jsonOf(letter.body);
  const buried = Buried.safeParse(json);
  if (buried.success) {
    const { complete, data_base64, sequence_number } = buried.data;
    if (!complete)
      return { outcome: 'not-possible', reason: 'the letter holds only the beginning of the bytes' };
    await put(kinesis, stream, sequence_number, Buffer.from(data_base64, 'base64'));
    return { outcome: 'sent', records: 1 };
  }
  const note = Note.safeParse(json);
  if (!note.success) return { outcome: 'not-possible', reason: 'the letter is of no form that is known' };
  return replayNoted(note.data.KinesisBatchInfo, kinesis, stream);
}

/** The records of a note are still in the stream, while it keeps them: they are put once more, behind all others. */
async function replayNoted(
  { shardId, startSequenceNumber, endSequenceNumber }: z.infer<typeof Note>['KinesisBatchInfo'],
  kinesis: Clients['kinesis'],
  stream: string,
): Promise<Replayed> {
  const last = BigInt(endSequenceNumber);
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: stream,
      ShardId: shardId,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: startSequenceNumber,
    }),
  );
  let iterator = ShardIterator;
  let records = 0;
  for (let reads = 0; iterator !== undefined && reads < MAX_READS; reads += 1) {
    const page = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator }));
    for (const { SequenceNumber: number = '0', PartitionKey: key = '', Data: data } of page.Records ?? []) {
      if (BigInt(number) > last) return { outcome: 'sent', records };
      await put(kinesis, stream, key, data ?? new Uint8Array());
      records += 1;
      if (BigInt(number) === last) return { outcome: 'sent', records };
    }
    iterator = page.NextShardIterator;
  }
  const reason = `the stream no longer holds all of its records (${records} were put again)`;
  return { outcome: 'not-possible', reason };
}

async function put(
  kinesis: Clients['kinesis'],
  stream: string,
  key: string,
  data: Uint8Array,
): Promise<void> {
  await kinesis.send(new PutRecordCommand({ StreamName: stream, PartitionKey: key, Data: data }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
