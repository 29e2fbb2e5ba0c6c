package tocsin.connector.kinesis.source;

import java.time.Instant;

/**
 * One record as read from a shard.
 *
 * @param shardId shard that it was read from
 * @param sequenceNumber its place in that shard
 * @param arrival approximate instant at which Kinesis took it in
 * @param data its bytes; the reader hands them over and keeps no reference
 */
public record KinesisRecord(String shardId, String sequenceNumber, Instant arrival, byte[] data) {}
