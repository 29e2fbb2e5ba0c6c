package tocsin.connector.kinesis.source;

import java.time.Instant;

/**
 * One record as read from a shard, or one record out of an aggregate that was read from it.
 *
 * @param shardId shard that it was read from
 * @param sequenceNumber its place in that shard: Kinesis' own sequence number, and for a record out
 *     of an aggregate behind a dot its place there, from 0
 * @param arrival approximate instant at which Kinesis took it in
 * @param data its bytes; the reader hands them over and keeps no reference
 */
public record KinesisRecord(String shardId, String sequenceNumber, Instant arrival, byte[] data) {
  /** The record at a place of this aggregate. */
  KinesisRecord part(int index, byte[] partData) {
    return new KinesisRecord(shardId, sequenceNumber + "." + index, arrival, partData);
  }
}
