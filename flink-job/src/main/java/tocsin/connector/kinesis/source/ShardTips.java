package tocsin.connector.kinesis.source;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When each shard was last seen to hold nothing behind a position. A shard can be silent for longer
 * than its stream keeps records; without this, its position would look like one past the retention.
 */
final class ShardTips {
  private record Tip(Position position, Instant at) {}

  private final Map<String, Tip> tips = new ConcurrentHashMap<>();

  /** Says that a read behind this position gave nothing and reached the tip. */
  void nothingBehind(String shardId, Position position, Instant at) {
    tips.put(shardId, new Tip(position, at));
  }

  /** The split with what is known here, if it is about the split's own position. */
  ShardSplit updated(ShardSplit split) {
    Tip tip = tips.get(split.shardId());
    return tip != null && tip.position().equals(split.position())
        ? split.readUntil(tip.at())
        : split;
  }

  void forget(String shardId) {
    tips.remove(shardId);
  }
}
