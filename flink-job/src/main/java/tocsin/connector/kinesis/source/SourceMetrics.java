package tocsin.connector.kinesis.source;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import tocsin.connector.kinesis.client.StreamArn;
import tocsin.time.JobMetrics;
import tocsin.time.UnreadShards;

/**
 * The source's own metrics, in the groups that the official connector uses: {@code
 * KinesisStreamSource.accountId.<id>.region.<region>.stream.<name>.shardId.<id>}. Records read are
 * Flink's own {@code numRecordsIn}, where an aggregate counts as one.
 *
 * <p>Managed Flink does not send those on to CloudWatch. What an operator must hear of, the loss of
 * records, counts among the job's own metrics too, under names of their style.
 *
 * <p>Group names: flink-connector-aws, {@code source/metrics/MetricConstants.java}.
 */
final class SourceMetrics {
  private static final long UNKNOWN = -1;

  private final MetricGroup streamGroup;
  private final Clock clock;
  private final Map<String, ShardMetrics> shards = new ConcurrentHashMap<>();
  private final Counter retriedReads;
  private final Counter throttledReads;
  private final Counter expiredIterators;
  private final Counter retentionGaps;
  private final Counter deaggregatedRecords;
  private final Counter brokenAggregates;
  private final Counter unreadableArchiveObjects;
  private final Counter unreadableArchiveRows;
  private final Counter jobsGaps;
  private final Counter jobsUnreadableObjects;

  SourceMetrics(MetricGroup reader, StreamArn stream, Clock clock) {
    this.streamGroup =
        reader
            .addGroup("KinesisStreamSource")
            .addGroup("accountId", stream.accountId())
            .addGroup("region", stream.region())
            .addGroup("stream", stream.streamName());
    this.clock = clock;
    this.retriedReads = counter("retriedReads");
    this.throttledReads = counter("throttledReads");
    this.expiredIterators = counter("expiredIterators");
    this.retentionGaps = counter("retentionGaps");
    this.deaggregatedRecords = counter("deaggregatedRecords");
    this.brokenAggregates = counter("brokenAggregates");
    this.unreadableArchiveObjects = counter("unreadableArchiveObjects");
    this.unreadableArchiveRows = counter("unreadableArchiveRows");
    MetricGroup job = JobMetrics.of(reader);
    this.jobsGaps = job.counter("retention_gaps", new ThreadSafeSimpleCounter());
    this.jobsUnreadableObjects =
        job.counter("unreadable_archive_objects", new ThreadSafeSimpleCounter());
  }

  /** Says that so many records came out of one aggregate. */
  void deaggregated(int records) {
    deaggregatedRecords.inc(records);
  }

  /** Says that an aggregate could not be taken apart. */
  void brokenAggregate() {
    brokenAggregates.inc();
  }

  /** Says that an object of the archive, or what was left of it, could not be read. */
  void unreadableArchiveObject() {
    unreadableArchiveObjects.inc();
    jobsUnreadableObjects.inc();
  }

  /** Says that a row of the archive could not be read. */
  void unreadableArchiveRow() {
    unreadableArchiveRows.inc();
  }

  /** The metrics of one shard, registered the first time. */
  ShardMetrics shard(String shardId) {
    return shards.computeIfAbsent(shardId, this::register);
  }

  private Counter counter(String name) {
    return streamGroup.counter(name, new ThreadSafeSimpleCounter());
  }

  private ShardMetrics register(String shardId) {
    var metrics = new ShardMetrics();
    streamGroup
        .addGroup("shardId", shardId)
        .gauge("millisBehindLatest", metrics::millisBehindLatest);
    UnreadShards.watch(shardId, metrics);
    return metrics;
  }

  /** One shard's metrics; written by its poller, read by the reporter. */
  final class ShardMetrics implements UnreadShards.Shard {
    private volatile long reportedMs = UNKNOWN;
    private volatile long reportedAt;
    private volatile boolean failing;

    void read(long millisBehindLatest) {
      reportedMs = millisBehindLatest;
      reportedAt = clock.millis();
      failing = false;
    }

    /** Says that a call failed and will be made again. */
    void failed(boolean throttled) {
      retriedReads.inc();
      if (throttled) {
        throttledReads.inc();
      }
      failing = true;
    }

    /** Says that records, or a whole shard, left the stream unread. */
    void gap() {
      retentionGaps.inc();
      jobsGaps.inc();
    }

    void iteratorExpired() {
      expiredIterators.inc();
    }

    void finished() {
      reportedMs = UNKNOWN;
      failing = false;
    }

    @Override
    public boolean isUnread() {
      return failing || reportedMs > 0;
    }

    /**
     * What the last read reported, and while reads fail the time since then as well: a shard that
     * cannot be read falls behind although nobody says so. -1 before the first read and after the
     * last.
     */
    long millisBehindLatest() {
      long reported = reportedMs;
      if (reported == UNKNOWN || !failing) {
        return reported;
      }
      return reported + Math.max(0, clock.millis() - reportedAt);
    }
  }
}
