package tocsin.connector.kinesis.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finished shards that no completed checkpoint holds as finished yet. */
final class FinishedShards {
  private static final long IN_NO_CHECKPOINT = Long.MAX_VALUE;

  private record Kept(ShardSplit split, long firstCheckpoint) {}

  private final Map<String, Kept> kept = new HashMap<>();

  void add(ShardSplit split) {
    kept.put(split.shardId(), new Kept(split, IN_NO_CHECKPOINT));
  }

  /** What belongs into this checkpoint. */
  Collection<ShardSplit> snapshot(long checkpointId) {
    kept.replaceAll(
        (id, entry) -> new Kept(entry.split(), Math.min(entry.firstCheckpoint(), checkpointId)));
    return kept.values().stream().map(Kept::split).toList();
  }

  /** Forgets what the completed checkpoint held: the enumerator's part of the next one knows it. */
  void confirm(long checkpointId) {
    kept.values().removeIf(entry -> entry.firstCheckpoint() <= checkpointId);
  }

  List<String> shardIds() {
    return new ArrayList<>(kept.keySet());
  }
}
