import type { FirehoseRecordMetadata } from 'aws-lambda';

/**
 * A record's place in its shard, as the job writes it: Kinesis' own number, and behind a dot the place in the aggregate
 * that the record came in. Firehose takes aggregates of the Kinesis Producer Library apart before it asks a function, and
 * gives all records of one the same sequence number; of a record that came alone the subsequence number is empty.
 */
export function sequenceNumberOf({ sequenceNumber, subsequenceNumber }: FirehoseRecordMetadata): string {
  return subsequenceNumber ? `${sequenceNumber}.${subsequenceNumber}` : sequenceNumber;
}
