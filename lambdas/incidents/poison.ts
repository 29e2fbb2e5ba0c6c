/** What becomes of bytes that are no anomaly: they go to the dead letters as they are, with where and why. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { KinesisStreamRecord } from 'aws-lambda';
import { Anomaly } from '../../contracts/anomaly.ts';

/** A queue message ends at 256 KiB; an anomaly is a few KiB. */
const LONGEST_BASE64 = 200_000;

export type Parsed = { readonly anomaly: Anomaly } | { readonly fault: string };

/** The anomaly in a record's data (base64), or why there is none. */
export function parseAnomaly(base64: string): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64')));
  } catch (error) {
    return { fault: `not JSON in UTF-8: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = Anomaly.safeParse(json);
  if (parsed.success) return { anomaly: parsed.data };
  return {
    fault: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
  };
}

/** Puts the record's bytes on the dead-letter queue. @throws what the client throws: the record must not be lost */
export async function bury(
  client: SQSClient,
  queueUrl: string,
  record: KinesisStreamRecord,
  fault: string,
): Promise<void> {
  const { data, sequenceNumber, approximateArrivalTimestamp } = record.kinesis;
  await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify({
        fault: fault.slice(0, 2_000),
        stream_arn: record.eventSourceARN,
        event_id: record.eventID,
        sequence_number: sequenceNumber,
        arrival_time: new Date(approximateArrivalTimestamp * 1_000).toISOString(),
        data_base64: data.slice(0, LONGEST_BASE64),
        complete: data.length <= LONGEST_BASE64,
      }),
    }),
  );
}
