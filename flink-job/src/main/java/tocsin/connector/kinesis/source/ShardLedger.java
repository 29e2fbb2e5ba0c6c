package tocsin.connector.kinesis.source;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tocsin.connector.kinesis.source.EnumeratorState.Entry;
import tocsin.connector.kinesis.source.EnumeratorState.Status;

/**
 * Which shards there are, how far each one is, and which may be read next.
 *
 * <p>A shard may be read when each of its parents is finished or unknown. An unknown parent is one
 * whose records have all left the stream. Shards that the first look finds begin at the pinned
 * start; a shard found later was opened since, so it begins at its oldest record. Where an archive
 * is read first, it counts as their parent, and each of them begins behind its last record in it.
 *
 * <p>A key's records keep their order when a shard's records follow those of its parents at every
 * operator. Behind the reader that read the parents they do, since a channel keeps its order.
 * Behind another reader they do once a checkpoint covers the parents' ends ({@link RecentEnds}).
 * What a snapshot holds as finished is covered by that snapshot's own checkpoint.
 */
final class ShardLedger {
  private final String streamArn;
  private final Position start;
  private final Map<String, Entry> entries = new TreeMap<>();
  private final RecentEnds recentEnds = new RecentEnds();
  private boolean discovered;
  private Instant archivedUntil;

  /** A ledger without shards, for a job that starts afresh. */
  ShardLedger(String streamArn, Position start) {
    this.streamArn = streamArn;
    this.start = start;
  }

  /** The ledger that {@link #snapshot} gave. */
  ShardLedger(EnumeratorState state) {
    this.streamArn = state.streamArn();
    this.start = state.start();
    this.discovered = state.discovered();
    this.archivedUntil = state.archivedUntil();
    state.shards().forEach(entry -> entries.put(entry.shard().shardId(), entry));
  }

  /**
   * Takes in what the stream lists: adds new shards, forgets finished ones that are gone and whose
   * end a checkpoint covers.
   *
   * @param archive what the first look reads before the shards; null for nothing
   * @return the shards that were new
   */
  List<Shard> discover(Collection<Shard> listed, ArchiveManifest archive) {
    boolean warm = !discovered && archive != null;
    if (warm) {
      var place = Position.in(ArchivePlace.startOf(archive.uri()));
      entries.put(Shard.ARCHIVE.shardId(), new Entry(Shard.ARCHIVE, place, Status.WAITING));
      archivedUntil = archive.until();
    }
    var added = new ArrayList<Shard>();
    for (Shard shard : listed) {
      if (!entries.containsKey(shard.shardId())) {
        entries.put(
            shard.shardId(),
            new Entry(
                warm ? shard.behindArchive() : shard,
                warm ? behind(archive, shard) : discovered ? Position.trimHorizon() : start,
                Status.WAITING));
        added.add(shard);
      }
    }
    Set<String> ids = listed.stream().map(Shard::shardId).collect(Collectors.toSet());
    entries.entrySet().removeIf(each -> isForgettable(each.getValue(), ids));
    discovered = true;
    return added;
  }

  /**
   * Of a shard that the archive holds nothing of, all is read that came since the archive's begin.
   */
  private static Position behind(ArchiveManifest archive, Shard shard) {
    String last = archive.lastOf().get(shard.shardId());
    return last == null ? Position.at(archive.from()) : Position.after(last);
  }

  /** What a reader gets of a shard. */
  ShardSplit splitOf(Entry entry) {
    ShardSplit split = ShardSplit.open(entry.shard().shardId(), entry.position());
    return entry.shard().isBehindArchive() ? split.readUntil(archivedUntil) : split;
  }

  /**
   * True once a look at the stream succeeded, in this run or in the one that it was restored from.
   */
  boolean discovered() {
    return discovered;
  }

  /** The waiting shards that may be read now, in the order of their ids. */
  List<Entry> ready() {
    return entries.values().stream()
        .filter(entry -> entry.status() == Status.WAITING)
        .filter(entry -> entry.shard().parents().stream().allMatch(this::isDone))
        .toList();
  }

  /** Says that a reader has the shard. */
  void assigned(String shardId) {
    set(shardId, Status.ASSIGNED);
  }

  /** Says that this subtask read the shard to its end. Saying it twice is harmless. */
  void finished(String shardId, int subtask, long nowMs) {
    Entry known = entries.get(shardId);
    if (known != null && known.status() != Status.FINISHED) {
      set(shardId, Status.FINISHED);
      recentEnds.add(shardId, subtask, nowMs);
    }
  }

  /** True when the shard's records, read by this subtask, follow its parents' at every operator. */
  boolean keepsOrder(Shard shard, int subtask) {
    return shard.parents().stream().allMatch(parent -> recentEnds.isBehindFor(parent, subtask));
  }

  /** True when the end of each parent was told so long ago, or is covered by a checkpoint. */
  boolean waitedFor(Shard shard, long ms, long nowMs) {
    return shard.parents().stream().allMatch(parent -> recentEnds.isOlder(parent, ms, nowMs));
  }

  /** Says that this checkpoint is complete. */
  void checkpointCompleted(long checkpointId) {
    recentEnds.checkpointCompleted(checkpointId);
  }

  /**
   * Says that a subtask goes back to a checkpoint: what it ended since then it reads again, so
   * children wait again.
   */
  void restarted(int subtask) {
    recentEnds.removeOf(subtask).forEach(this::assigned);
  }

  /** Takes back a split from a reader that failed before a checkpoint held it. */
  void returned(ShardSplit split) {
    recentEnds.remove(split.shardId());
    if (split.finished()) {
      set(split.shardId(), Status.FINISHED);
      return;
    }
    // The entry is missing when the shard was finished, forgotten, and then lost with its reader.
    Entry known = entries.get(split.shardId());
    Shard shard =
        known == null ? new Shard(split.shardId(), Set.of(), BigInteger.ZERO) : known.shard();
    entries.put(split.shardId(), new Entry(shard, split.position(), Status.WAITING));
  }

  /** How many shards are in a status. */
  long count(Status status) {
    return entries.values().stream().filter(entry -> entry.status() == status).count();
  }

  EnumeratorState snapshot(long checkpointId) {
    recentEnds.checkpointBegins(checkpointId);
    return new EnumeratorState(
        streamArn, start, discovered, List.copyOf(entries.values()), archivedUntil);
  }

  private boolean isForgettable(Entry entry, Set<String> listed) {
    String shardId = entry.shard().shardId();
    return entry.status() == Status.FINISHED
        && !listed.contains(shardId)
        && !recentEnds.contains(shardId);
  }

  private boolean isDone(String parent) {
    Entry entry = entries.get(parent);
    return entry == null || entry.status() == Status.FINISHED;
  }

  private void set(String shardId, Status status) {
    entries.computeIfPresent(
        shardId, (id, entry) -> new Entry(entry.shard(), entry.position(), status));
  }
}
