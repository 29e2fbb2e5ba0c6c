package tocsin.connector.kinesis.source;

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
 * <p>All methods run in the coordinator's thread; only the listing itself runs beside it.
 */
final class KinesisEnumerator implements SplitEnumerator<ShardSplit, EnumeratorState> {
  private static final Logger LOG = LoggerFactory.getLogger(KinesisEnumerator.class);

  /** A job that cannot even see its stream must not look healthy for long. */
  private static final int FIRST_LOOK_ATTEMPTS = 5;

  private final SplitEnumeratorContext<ShardSplit> context;
  private final StreamApi api;
  private final SourceSettings settings;
  private final ShardLedger ledger;
  private final ShardAssigner assigner;
  private int failedLooks;

  KinesisEnumerator(
      SplitEnumeratorContext<ShardSplit> context,
      StreamApi api,
      SourceSettings settings,
      ShardLedger ledger) {
    this.context = context;
    this.api = api;
    this.settings = settings;
    this.ledger = ledger;
    this.assigner = new ShardAssigner(settings.stream().arn());
  }

  @Override
  public void start() {
    context.callAsync(api::listShards, this::onListed, 0, settings.discoveryInterval().toMillis());
  }

  @Override
  public void handleSplitRequest(int subtask, String hostName) {
    // Splits are pushed as soon as they are ready; readers do not ask.
  }

  @Override
  public void handleSourceEvent(int subtask, SourceEvent event) {
    if (event instanceof ShardsFinishedEvent finished) {
      finished.shardIds().forEach(ledger::finished);
      assignReady();
      // A shard ends because it was split or merged: look for its children at once.
      context.callAsync(api::listShards, this::onListed);
    }
  }

  @Override
  public void addSplitsBack(List<ShardSplit> splits, int subtask) {
    splits.forEach(ledger::returned);
    assignReady();
  }

  @Override
  public void addReader(int subtask) {
    assignReady();
  }

  @Override
  public EnumeratorState snapshotState(long checkpointId) {
    return ledger.snapshot();
  }

  @Override
  public void close() {
    api.close();
  }

  private void onListed(List<Shard> listed, Throwable error) {
    if (error != null) {
      onLookFailed(error);
      return;
    }
    failedLooks = 0;
    List<Shard> added = ledger.discover(listed);
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
      int subtask = assigner.subtaskFor(entry.shard(), context.currentParallelism());
      if (context.registeredReaders().containsKey(subtask)) {
        String shardId = entry.shard().shardId();
        bySubtask
            .computeIfAbsent(subtask, key -> new ArrayList<>())
            .add(ShardSplit.open(shardId, entry.position()));
        ledger.assigned(shardId);
      }
    }
    if (!bySubtask.isEmpty()) {
      context.assignSplits(new SplitsAssignment<>(bySubtask));
    }
  }
}
