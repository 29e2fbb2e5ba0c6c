package tocsin.connector.kinesis.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ends of shards that no completed checkpoint covers: records before them may still be on their way
 * to the operators behind the reader that read them, and would be read again after a fault.
 *
 * <p>A checkpoint covers an end that the enumerator knew when it gave its own part: the barriers
 * start after that, so they follow the shard's last record through every channel, and the
 * checkpoint is complete when all operators have taken what came before them. This holds for
 * aligned checkpoints, Flink's default; an unaligned one stores what it overtakes.
 */
final class RecentEnds {
  private static final long IN_NO_CHECKPOINT = Long.MAX_VALUE;

  private record End(int subtask, long atMs, long firstCheckpoint) {}

  private final Map<String, End> ends = new HashMap<>();

  /** Says that this subtask emitted the shard's last record. */
  void add(String shardId, int subtask, long nowMs) {
    ends.put(shardId, new End(subtask, nowMs, IN_NO_CHECKPOINT));
  }

  void remove(String shardId) {
    ends.remove(shardId);
  }

  /** Says that the enumerator gives its part of this checkpoint. */
  void checkpointBegins(long checkpointId) {
    ends.replaceAll(
        (id, end) ->
            new End(end.subtask(), end.atMs(), Math.min(end.firstCheckpoint(), checkpointId)));
  }

  /** Forgets the ends that the completed checkpoint covers. */
  void checkpointCompleted(long checkpointId) {
    ends.values().removeIf(end -> end.firstCheckpoint() <= checkpointId);
  }

  boolean contains(String shardId) {
    return ends.containsKey(shardId);
  }

  /** True when what the subtask reads next comes behind this shard's records everywhere. */
  boolean isBehindFor(String shardId, int subtask) {
    End end = ends.get(shardId);
    return end == null || end.subtask() == subtask;
  }

  /** True when no checkpoint has covered this end for so long. */
  boolean isOlder(String shardId, long thanMs, long nowMs) {
    End end = ends.get(shardId);
    return end == null || nowMs - end.atMs() >= thanMs;
  }

  /** Takes away, and gives, the shards that this subtask ended. */
  List<String> removeOf(int subtask) {
    var shardIds = new ArrayList<String>();
    ends.forEach(
        (id, end) -> {
          if (end.subtask() == subtask) {
            shardIds.add(id);
          }
        });
    shardIds.forEach(ends::remove);
    return shardIds;
  }
}
