package tocsin.connector.kinesis.source;

import java.time.Instant;

/**
 * One record as read from a shard or from the archive of one, or one record out of an aggregate
 * that was read so.
 *
 * @param shardId shard that it came through
 * @param sequenceNumber its place in that shard: Kinesis' own sequence number, and for a record out
 *     of an aggregate behind a dot its place there, from 0
 * @param arrival approximate instant at which Kinesis took it in
 * @param data its bytes; the reader hands them over and keeps no reference
 * @param behind where its reader goes on behind it
 */
public record KinesisRecord(
    String shardId, String sequenceNumber, Instant arrival, byte[] data, Position behind) {
  /** A record as the shard itself gave it. */
  public KinesisRecord(String shardId, String sequenceNumber, Instant arrival, byte[] data) {
    this(shardId, sequenceNumber, arrival, data, Position.after(sequenceNumber));
  }

  /** The record at a place of this aggregate. */
  KinesisRecord part(int index, byte[] partData) {
    return new KinesisRecord(shardId, sequenceNumber + "." + index, arrival, partData, behind);
  }
}
