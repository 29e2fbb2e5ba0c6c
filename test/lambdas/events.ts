/** Events as the services send them. */
import type { DynamoDBRecord, KinesisStreamRecord, SQSRecord } from 'aws-lambda';
import type { AlertRequest } from '../../contracts/alert.ts';

/** A record of the anomalies stream; `place` is its sequence number there. */
export function kinesisRecord(data: string | Buffer, place: number): KinesisStreamRecord {
  return {
    awsRegion: 'us-east-1',
    eventID: `shardId-000000000000:${place}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/anomalies',
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/fold',
    kinesis: {
      approximateArrivalTimestamp: 1_772_333_881.25,
      data: Buffer.from(data).toString('base64'),
      kinesisSchemaVersion: '1.0',
      partitionKey: 'user001',
      sequenceNumber: String(place),
    },
  };
}

export function sqsRecord(body: unknown, group: string, messageId: string): SQSRecord {
  return {
    attributes: {
      ApproximateFirstReceiveTimestamp: '1772333881250',
      ApproximateReceiveCount: '1',
      MessageDeduplicationId: `dedup-${messageId}`,
      MessageGroupId: group,
      SenderId: 'sender',
      SentTimestamp: '1772333881250',
    },
    awsRegion: 'us-east-1',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue.fifo',
    md5OfBody: '',
    messageAttributes: {},
    messageId,
    receiptHandle: 'handle',
  };
}

/** A new outbox line on the table's stream. */
export function outboxInsert(request: AlertRequest, place: string): DynamoDBRecord {
  return {
    eventID: place,
    eventName: 'INSERT',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      SequenceNumber: place,
      NewImage: {
        type: { S: 'outbox' },
        state: { S: 'pending' },
        created_at: { S: '2026-03-01T03:00:00.000Z' },
        request: {
          M: {
            alert_id: { S: request.alert_id },
            incident_id: { S: request.incident_id },
            sequence: { N: String(request.sequence) },
            kind: { S: request.kind },
          },
        },
      },
    },
  };
}
