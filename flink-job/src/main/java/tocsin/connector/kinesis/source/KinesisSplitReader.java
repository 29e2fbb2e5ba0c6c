package tocsin.connector.kinesis.source;

import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsRemoval;
import tocsin.store.StoredObject;

/**
 * Reads all splits of one reader subtask, the shards and before them the archive, each on its own
 * schedule: a shard that is empty, slow or throttled delays no other one.
 *
 * <p>Memory: one read of each shard at most waits here, and no read starts while {@value
 * #MAX_WAITING_READS} wait already.
 */
final class KinesisSplitReader implements SplitReader<KinesisRecord, ShardSplit>, SplitPoller.Host {
  private static final int MAX_THREADS = 16;
  private static final int MAX_WAITING_READS = 4;

  private final StreamApi api;
  private final SourceSettings settings;
  private final SourceMetrics metrics;
  private final ShardTips tips;
  private final ScheduledThreadPoolExecutor pool;
  private final Random random = new Random();
  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

  // The fields below belong to the fetcher's thread.
  private final Map<String, SplitPoller> pollers = new HashMap<>();
  private final Set<String> paused = new HashSet<>();
  private final Map<String, SplitPoller> held = new HashMap<>();

  /** What wakes {@link #fetch}: a poll's result, or null for a mere wake-up. */
  private record Signal(SplitPoller.Result result) {}

  KinesisSplitReader(
      StreamApi api, SourceSettings settings, SourceMetrics metrics, ShardTips tips) {
    this.api = api;
    this.settings = settings;
    this.metrics = metrics;
    this.tips = tips;
    this.pool = new ScheduledThreadPoolExecutor(1, work -> newThread(settings, work));
    this.pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public RecordsWithSplitIds<KinesisRecord> fetch() throws IOException {
    Signal signal;
    try {
      signal = signals.take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return nothing();
    }
    if (signal.result() == null) {
      return nothing();
    }
    if (signal.result() instanceof SplitPoller.Failure failure) {
      throw new IOException(
          "cannot read " + failure.splitId() + " of " + settings.stream().arn(), failure.error());
    }
    return take((SplitPoller.Records) signal.result());
  }

  @Override
  public void handleSplitsChanges(SplitsChange<ShardSplit> change) {
    if (change instanceof SplitsAddition<ShardSplit> addition) {
      addition.splits().forEach(this::add);
    } else if (change instanceof SplitsRemoval<ShardSplit> removal) {
      removal.splits().forEach(split -> forget(split.splitId()));
    } else {
      throw new UnsupportedOperationException("unknown change of splits: " + change.getClass());
    }
  }

  @Override
  public void pauseOrResumeSplits(Collection<ShardSplit> toPause, Collection<ShardSplit> toResume) {
    toPause.forEach(split -> paused.add(split.splitId()));
    for (ShardSplit split : toResume) {
      paused.remove(split.splitId());
      SplitPoller waiting = held.remove(split.splitId());
      if (waiting != null) {
        pollAgain(waiting, 0);
      }
    }
  }

  @Override
  public void wakeUp() {
    signals.add(new Signal(null));
  }

  @Override
  public void close() {
    pool.shutdownNow();
    pollers.values().forEach(SplitPoller::stop);
    api.close();
  }

  @Override
  public void pollAgain(SplitPoller poller, long delayMs) {
    try {
      pool.schedule(poller::poll, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      if (!pool.isShutdown()) {
        throw closed;
      }
    }
  }

  @Override
  public void handOver(SplitPoller.Result result) {
    signals.add(new Signal(result));
  }

  @Override
  public boolean crowded() {
    return signals.size() >= MAX_WAITING_READS;
  }

  private void add(ShardSplit split) {
    SplitPoller poller = pollerOf(split);
    pollers.put(split.splitId(), poller);
    pool.setCorePoolSize(Math.min(pollers.size(), MAX_THREADS));
    pollAgain(poller, 0);
  }

  private SplitPoller pollerOf(ShardSplit split) {
    if (split.position().kind() == Position.Kind.IN_ARCHIVE) {
      return new ArchivePoller(
          split, StoredObject::open, settings, metrics, this, Clock.systemUTC(), random);
    }
    return new ShardPoller(
        split,
        api,
        settings,
        metrics.shard(split.shardId()),
        tips,
        this,
        Clock.systemUTC(),
        random);
  }

  private RecordsWithSplitIds<KinesisRecord> take(SplitPoller.Records read) {
    SplitPoller poller = read.from();
    String shardId = poller.splitId();
    if (pollers.get(shardId) != poller) {
      return nothing(); // removed while the read was under way
    }
    if (read.finished()) {
      forget(shardId);
      return new RecordsBySplits<>(Map.of(shardId, read.records()), Set.of(shardId));
    }
    if (paused.contains(shardId)) {
      held.put(shardId, poller);
    } else {
      pollAgain(poller, read.nextDelayMs());
    }
    return new RecordsBySplits<>(Map.of(shardId, read.records()), Set.of());
  }

  private void forget(String shardId) {
    SplitPoller poller = pollers.remove(shardId);
    if (poller != null) {
      poller.stop();
    }
    tips.forget(shardId);
    paused.remove(shardId);
    held.remove(shardId);
  }

  private static RecordsWithSplitIds<KinesisRecord> nothing() {
    return new RecordsBySplits<>(Map.of(), Set.of());
  }

  private static Thread newThread(SourceSettings settings, Runnable work) {
    var thread = new Thread(work, "kinesis-read-" + settings.stream().streamName());
    thread.setDaemon(true);
    return thread;
  }
}
