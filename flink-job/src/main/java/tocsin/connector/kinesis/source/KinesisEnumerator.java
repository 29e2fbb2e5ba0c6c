package tocsin.connector.kinesis.source;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tocsin.connector.kinesis.client.Fault;

/**
 * Finds the stream's shards and hands each one to a reader as soon as its parents are read.
 *
 * <p>The reader is chosen by the shard's place in the hash key range, which keeps the readers
 * evenly loaded through any number of splits and merges. Mostly it is the one that read the
 * parents, and the child follows at once. Where it is not (a merge across two readers' ranges, a
 * split of a shard that spans them, another parallelism), the child waits for the checkpoint that
 * covers its parents' ends: so the records of each key keep their order, see {@link ShardLedger}. A
 * stream unread is worse than one out of order: where no checkpoint comes within {@link
 * #ORDER_PATIENCE}, in a job without checkpoints above all, the child is read all the same, and a
 * warning tells it.
 *
 * <p>An archive ({@link SourceSettings#archiveUri}) is read first, by one reader, as if it were the
 * parent of all shards; that reader then goes on with all of them.
 *
 * <p>All methods run in the coordinator's thread; only the listing itself runs beside it.
 */
final class KinesisEnumerator implements SplitEnumerator<ShardSplit, EnumeratorState> {
  private static final Logger LOG = LoggerFactory.getLogger(KinesisEnumerator.class);

  /** A job that cannot even see its stream must not look healthy for long. */
  private static final int FIRST_LOOK_ATTEMPTS = 5;

  static final Duration ORDER_PATIENCE = Duration.ofMinutes(5);

  private final SplitEnumeratorContext<ShardSplit> context;
  private final StreamApi api;
  private final SourceSettings settings;
  private final ShardLedger ledger;
  private final ShardAssigner assigner;
  private final ArchiveObjects archive;
  private final Clock clock;
  private int failedLooks;

  /** Read beside the coordinator, too: the first look that succeeds ends it. */
  private volatile boolean wantsArchive;

  KinesisEnumerator(
      SplitEnumeratorContext<ShardSplit> context,
      StreamApi api,
      SourceSettings settings,
      ShardLedger ledger,
      ArchiveObjects archive,
      Clock clock) {
    this.context = context;
    this.api = api;
    this.settings = settings;
    this.ledger = ledger;
    this.clock = clock;
    this.assigner = new ShardAssigner(settings.stream().arn());
    this.archive = archive;
    this.wantsArchive = settings.archiveUri() != null && !ledger.discovered();
  }

  @Override
  public void start() {
    context.callAsync(this::look, this::onLook, 0, settings.discoveryInterval().toMillis());
  }

  @Override
  public void handleSplitRequest(int subtask, String hostName) {
    // Splits are pushed as soon as they are ready; readers do not ask.
  }

  @Override
  public void handleSourceEvent(int subtask, SourceEvent event) {
    if (event instanceof ShardsFinishedEvent finished) {
      finished.shardIds().forEach(id -> ledger.finished(id, subtask, clock.millis()));
      assignReady();
      // A shard ends because it was split or merged: look for its children at once.
      context.callAsync(this::look, this::onLook);
    }
  }

  @Override
  public void addSplitsBack(List<ShardSplit> splits, int subtask) {
    // Flink calls this for each subtask that it sets back, also where it has no splits to give.
    ledger.restarted(subtask);
    splits.forEach(ledger::returned);
    assignReady();
  }

  @Override
  public void addReader(int subtask) {
    assignReady();
  }

  @Override
  public EnumeratorState snapshotState(long checkpointId) {
    return ledger.snapshot(checkpointId);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    ledger.checkpointCompleted(checkpointId);
    assignReady();
  }

  @Override
  public void close() {
    api.close();
  }

  /**
   * What one look found: the shards, and at the first look the archive that is read before them.
   */
  private record Look(List<Shard> shards, ArchiveManifest archive) {}

  private Look look() throws IOException {
    ArchiveManifest manifest =
        wantsArchive ? ArchiveManifest.read(settings.archiveUri(), archive) : null;
    return new Look(api.listShards(), manifest);
  }

  private void onLook(Look look, Throwable error) {
    if (error != null) {
      onLookFailed(error);
      return;
    }
    failedLooks = 0;
    if (wantsArchive) {
      wantsArchive = false;
      LOG.info(
          "Reading {} objects of the archive from {} to {} before the shards of {}",
          look.archive().objects().size(),
          look.archive().from(),
          look.archive().until(),
          settings.stream().arn());
    }
    List<Shard> added = ledger.discover(look.shards(), look.archive());
    if (!added.isEmpty()) {
      LOG.info(
          "Found {} new shards of {}: {}",
          added.size(),
          settings.stream().arn(),
          added.stream().map(Shard::shardId).toList());
    }
    assignReady();
  }

  private void onLookFailed(Throwable error) {
    failedLooks++;
    if (error instanceof IOException) {
      throw new FlinkRuntimeException(error.getMessage(), error);
    }
    boolean hopeless = Fault.of(error) != Fault.TRANSIENT;
    boolean blind = !ledger.discovered() && failedLooks >= FIRST_LOOK_ATTEMPTS;
    if (hopeless || blind) {
      throw new FlinkRuntimeException(
          "cannot list the shards of " + settings.stream().arn() + ": " + error.getMessage(),
          error);
    }
    LOG.warn(
        "Listing the shards of {} failed {} times in a row; new shards are found once it works",
        settings.stream().arn(),
        failedLooks,
        error);
  }

  private void assignReady() {
    Map<Integer, List<ShardSplit>> bySubtask = new HashMap<>();
    for (var entry : ledger.ready()) {
      int subtask = subtaskFor(entry.shard());
      if (context.registeredReaders().containsKey(subtask) && mayFollow(entry.shard(), subtask)) {
        String shardId = entry.shard().shardId();
        bySubtask.computeIfAbsent(subtask, key -> new ArrayList<>()).add(ledger.splitOf(entry));
        ledger.assigned(shardId);
      }
    }
    if (!bySubtask.isEmpty()) {
      context.assignSplits(new SplitsAssignment<>(bySubtask));
    }
  }

  /**
   * What lies behind the archive stays with its reader: several readers, each with a backlog, would
   * move time past each other.
   */
  private int subtaskFor(Shard shard) {
    Shard place = shard.isBehindArchive() ? Shard.ARCHIVE : shard;
    return assigner.subtaskFor(place, context.currentParallelism());
  }

  private boolean mayFollow(Shard shard, int subtask) {
    if (ledger.keepsOrder(shard, subtask)) {
      return true;
    }
    if (!ledger.waitedFor(shard, ORDER_PATIENCE.toMillis(), clock.millis())) {
      return false;
    }
    LOG.warn(
        "{} of {} is read on, although no checkpoint was completed for {} s since its parents {}"
            + " ended: records of one key may be out of order",
        shard.shardId(),
        settings.stream().arn(),
        ORDER_PATIENCE.toSeconds(),
        shard.parents());
    return true;
  }
}
