package tocsin.time;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which shards hold records that their readers in this JVM could not read yet, because they are
 * behind or the reads fail. To what comes behind the source such a shard looks idle, and is not:
 * time must not move past the records that wait in it. A source that says nothing here, as
 * Apache's, has none.
 *
 * <p>Known by the shard's id alone, as what comes behind does not know the stream's ARN; of two
 * streams that have it, either counts. Subtasks of one index share a slot, and so this JVM.
 */
public final class UnreadShards {
  /** What the source knows of one shard. */
  public interface Shard {
    /** True while the shard's last read left records behind, or failed. */
    boolean isUnread();
  }

  /** Weak, so that a reader that ended takes its shards with it. */
  private static final Map<String, Set<Shard>> SHARDS = new ConcurrentHashMap<>();

  private UnreadShards() {}

  /** True while the shard's last read left records behind, or failed. */
  public static boolean contains(String shardId) {
    Set<Shard> readers = SHARDS.get(shardId);
    if (readers == null) {
      return false;
    }
    synchronized (readers) {
      return readers.stream().anyMatch(Shard::isUnread);
    }
  }

  /** Asks this one for as long as somebody else holds it. */
  public static void watch(String shardId, Shard shard) {
    SHARDS
        .computeIfAbsent(
            shardId,
            first -> Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>())))
        .add(shard);
  }
}
