package tocsin.connector.kinesis.source;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import tocsin.connector.kinesis.client.Fault;

/**
 * Reads one shard, one call at a time.
 *
 * <p>Pace: a read that left something behind is followed by the next at once. At the tip the next
 * one waits, whether or not there were records: an immediate second look there finds nothing, and
 * all readers of a shard share five reads a second.
 */
final class ShardPoller extends PacedPoller {
  private static final Logger LOG = LoggerFactory.getLogger(ShardPoller.class);

  /** Five reads a second are all that a shard grants. */
  private static final long CATCH_UP_MS = 200;

  /** A clock ahead of the service's by more than this is wrong, not skewed. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** Looks at the listing before a shard that is listed and yet not found ends the job. */
  private static final int LISTED_BUT_MISSING_ATTEMPTS = 5;

  private final String shardId;
  private final StreamApi api;
  private final SourceSettings settings;
  private final SourceMetrics.ShardMetrics metrics;
  private final ShardTips tips;
  private final RetentionCheck retention;
  private final Clock clock;
  private Position position;
  private Instant readUntil;
  private long millisBehind;
  private boolean retentionChecked;
  private String iterator;

  ShardPoller(
      ShardSplit split,
      StreamApi api,
      SourceSettings settings,
      SourceMetrics.ShardMetrics metrics,
      ShardTips tips,
      Host host,
      Clock clock,
      RandomGenerator random) {
    super(split.shardId(), host, random);
    this.shardId = split.shardId();
    this.position = split.position();
    this.readUntil = split.readUntil();
    this.api = api;
    this.settings = settings;
    this.metrics = metrics;
    this.tips = tips;
    this.clock = clock;
    this.retention = new RetentionCheck(shardId, api, settings, metrics, clock);
  }

  @Override
  void readOnce() {
    try {
      if (iterator == null) {
        if (!retentionChecked) {
          retention.before(position, readUntil);
          retentionChecked = true;
        }
        iterator = api.iterator(shardId, position);
      } else {
        retention.whileReading(position, readUntil, millisBehind);
      }
      onRead(api.read(shardId, iterator, settings.maxRecords()));
    } catch (RuntimeException error) {
      onError(error);
    }
  }

  private void onRead(ShardRead read) {
    backoff.reset();
    millisBehind = read.millisBehindLatest();
    metrics.read(millisBehind);
    iterator = read.nextIterator();
    retentionChecked = false;
    if (!read.records().isEmpty()) {
      KinesisRecord last = read.records().get(read.records().size() - 1);
      position = Position.after(last.sequenceNumber());
      readUntil = last.arrival();
    } else if (read.millisBehindLatest() == 0) {
      readUntil = clock.instant();
      tips.nothingBehind(shardId, position, readUntil);
    }
    boolean finished = read.nextIterator() == null;
    if (finished) {
      metrics.finished();
    }
    if (finished || !read.records().isEmpty()) {
      host.handOver(new Records(this, read.records(), finished, delayAfterMs(read)));
    } else {
      host.pollAgain(this, delayAfterMs(read));
    }
  }

  private long delayAfterMs(ShardRead read) {
    long emptyMs = settings.emptyInterval().toMillis();
    long nonEmptyMs = settings.nonEmptyInterval().toMillis();
    boolean full = read.records().size() >= settings.maxRecords();
    boolean atTip = read.millisBehindLatest() == 0 && !full;
    if (read.records().isEmpty()) {
      // A gap behind the tip: go through it as fast as the service allows.
      return atTip ? emptyMs : Math.min(emptyMs, CATCH_UP_MS);
    }
    return atTip ? Math.max(emptyMs, nonEmptyMs) : nonEmptyMs;
  }

  private void onError(RuntimeException error) {
    switch (Fault.of(error)) {
      case EXPIRED_ITERATOR -> {
        metrics.iteratorExpired();
        iterator = null;
        boolean first = backoff.faults() == 0;
        long delayMs = backoff.nextDelayMs();
        LOG.info("The iterator of {} expired, a new one starts at {}", shardId, position);
        host.pollAgain(this, first ? 0 : delayMs);
      }
      case TRANSIENT -> retryLater(error);
      case NOT_FOUND -> onNotFound(error);
      case FATAL -> {
        if (isAheadOfService(error)) {
          retryLater(error);
        } else {
          host.handOver(new Failure(shardId, error));
        }
      }
    }
  }

  private void retryLater(RuntimeException error) {
    metrics.failed(Fault.isThrottling(error));
    long delayMs = backoff.nextDelayMs();
    if (backoff.faults() == 1 || backoff.faults() % 10 == 0) {
      LOG.warn(
          "Reading {} failed {} times in a row, next attempt in {} ms: {}",
          shardId,
          backoff.faults(),
          delayMs,
          error.toString());
    }
    host.pollAgain(this, delayMs);
  }

  /**
   * A shard past the stream's retention is not found any more, and neither is one of a stream that
   * was deleted. Only the former is an end of the shard; the listing tells them apart.
   */
  private void onNotFound(RuntimeException error) {
    List<Shard> listed;
    try {
      listed = api.listShards();
    } catch (RuntimeException listError) {
      if (Fault.of(listError) == Fault.TRANSIENT) {
        retryLater(listError);
      } else {
        host.handOver(new Failure(shardId, listError));
      }
      return;
    }
    if (listed.stream().noneMatch(shard -> shard.shardId().equals(shardId))) {
      retention.shardGone(position, readUntil);
      metrics.finished();
      host.handOver(new Records(this, List.of(), true, 0));
    } else if (backoff.faults() < LISTED_BUT_MISSING_ATTEMPTS) {
      iterator = null;
      retryLater(error);
    } else {
      host.handOver(new Failure(shardId, error));
    }
  }

  /** The service refuses an instant that its own clock has not reached yet. */
  private boolean isAheadOfService(RuntimeException error) {
    return error instanceof InvalidArgumentException
        && iterator == null
        && position.kind() == Position.Kind.AT_TIMESTAMP
        && position.instant().isAfter(clock.instant().minus(CLOCK_SKEW));
  }
}
