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

/**
 * Reads all shards of one reader subtask, each on its own schedule: a shard that is empty, slow or
 * throttled delays no other one.
 *
 * <p>Memory: one read of each shard at most waits here, and no read starts while {@value
 * #MAX_WAITING_READS} wait already.
 */
final class KinesisSplitReader implements SplitReader<KinesisRecord, ShardSplit>, ShardPoller.Host {
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
  private final Map<String, ShardPoller> pollers = new HashMap<>();
  private final Set<String> paused = new HashSet<>();
  private final Map<String, ShardPoller> held = new HashMap<>();

  /** What wakes {@link #fetch}: a poll's result, or null for a mere wake-up. */
  private record Signal(ShardPoller.Result result) {}

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
    if (signal.result() instanceof ShardPoller.Failure failure) {
      throw new IOException(
          "cannot read " + failure.shardId() + " of " + settings.stream().arn(), failure.error());
    }
    return take((ShardPoller.Records) signal.result());
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
      ShardPoller waiting = held.remove(split.splitId());
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
    api.close();
  }

  @Override
  public void pollAgain(ShardPoller poller, long delayMs) {
    try {
      pool.schedule(poller::poll, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      if (!pool.isShutdown()) {
        throw closed;
      }
    }
  }

  @Override
  public void handOver(ShardPoller.Result result) {
    signals.add(new Signal(result));
  }

  @Override
  public boolean crowded() {
    return signals.size() >= MAX_WAITING_READS;
  }

  private void add(ShardSplit split) {
    var poller =
        new ShardPoller(
            split,
            api,
            settings,
            metrics.shard(split.shardId()),
            tips,
            this,
            Clock.systemUTC(),
            random);
    pollers.put(split.splitId(), poller);
    pool.setCorePoolSize(Math.min(pollers.size(), MAX_THREADS));
    pollAgain(poller, 0);
  }

  private RecordsWithSplitIds<KinesisRecord> take(ShardPoller.Records read) {
    ShardPoller poller = read.from();
    String shardId = poller.shardId();
    if (pollers.get(shardId) != poller) {
      return nothing(); // removed while the read was under way
    }
    if (read.shardFinished()) {
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
    ShardPoller poller = pollers.remove(shardId);
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
