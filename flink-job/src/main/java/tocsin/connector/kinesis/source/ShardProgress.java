package tocsin.connector.kinesis.source;

/** How far a reader has emitted one shard. Used by the task's own thread only. */
final class ShardProgress {
  private final String shardId;
  private Position position;

  ShardProgress(ShardSplit split) {
    this.shardId = split.shardId();
    this.position = split.position();
  }

  /** Says that this record has gone downstream. */
  void emitted(String sequenceNumber) {
    position = Position.after(sequenceNumber);
  }

  ShardSplit open() {
    return new ShardSplit(shardId, position, false);
  }

  ShardSplit finished() {
    return new ShardSplit(shardId, position, true);
  }
}
