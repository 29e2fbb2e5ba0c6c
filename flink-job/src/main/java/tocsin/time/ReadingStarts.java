package tocsin.time;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What the sources' readers in this JVM read: archived records, or those of the stream. Archived
 * ones come as fast as they can be read, so the wall clock says nothing about them. A source that
 * says nothing here, as Apache's, reads no archive.
 *
 * <p>By index: subtasks of one index share a slot, and so this JVM.
 */
public final class ReadingStarts {
  private static final Map<Integer, Subtask> SUBTASKS = new ConcurrentHashMap<>();

  private ReadingStarts() {}

  public static Subtask of(int index) {
    return SUBTASKS.computeIfAbsent(index, first -> new Subtask());
  }

  /** The readers of one index. */
  public static final class Subtask {
    /** Weak, so that a reader that ended takes its word with it. */
    private final Set<Object> archiveReaders =
        Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final AtomicInteger starts = new AtomicInteger();

    /** By reader: shards that it was given and nobody was told of; weak, as above. */
    private final Map<Object, List<String>> given =
        Collections.synchronizedMap(new WeakHashMap<>());

    private final AtomicInteger gifts = new AtomicInteger();

    /** Says that this reader begins with an archive, or goes on with it after a restart. */
    public void archiveBegins(Object reader) {
      archiveReaders.add(reader);
      starts.incrementAndGet();
    }

    /** Says that this reader's archived records have all gone downstream. */
    public void archiveEnds(Object reader) {
      if (archiveReaders.remove(reader)) {
        starts.incrementAndGet();
      }
    }

    /** Says that this reader will read these shards, before it does. */
    public void shardsGiven(Object reader, List<String> shardIds) {
      given.merge(
          reader,
          List.copyOf(shardIds),
          (known, more) -> Stream.concat(known.stream(), more.stream()).toList());
      gifts.incrementAndGet();
    }

    /** Says that this reader is closed. */
    public void ends(Object reader) {
      archiveEnds(reader);
      given.remove(reader);
    }

    /** Changes whenever a reader was given shards. */
    int gifts() {
      return gifts.get();
    }

    /** The shards that were given since the last call. */
    List<String> takeGiven() {
      synchronized (given) {
        List<String> taken = given.values().stream().flatMap(List::stream).toList();
        given.clear();
        return taken;
      }
    }

    boolean readsArchive() {
      return !archiveReaders.isEmpty();
    }

    /** Changes whenever a reader begins with something else. */
    int starts() {
      return starts.get();
    }
  }
}
