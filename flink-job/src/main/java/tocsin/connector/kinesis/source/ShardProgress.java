package tocsin.connector.kinesis.source;

import java.time.Instant;

/** How far a reader has emitted one shard. Used by the task's own thread only. */
final class ShardProgress {
  private final String shardId;
  private Position position;
  private Instant readUntil;

  ShardProgress(ShardSplit split) {
    this.shardId = split.shardId();
    this.position = split.position();
    this.readUntil = split.readUntil();
  }

  /** Says that this record has gone downstream. */
  void emitted(KinesisRecord record) {
    position = record.behind();
    readUntil = record.arrival();
  }

  ShardSplit open() {
    return new ShardSplit(shardId, position, readUntil, false);
  }

  ShardSplit finished() {
    return new ShardSplit(shardId, position, readUntil, true);
  }
}
