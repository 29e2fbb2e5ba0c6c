package tocsin.connector.kinesis.source;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether records left the stream unread. Kinesis does not say so: an iterator at a
 * position past the retention begins, without a word, at the oldest record that is left.
 *
 * <p>A position that was read to less than a day ago is past no retention, and costs no call. Of an
 * older one the shard's oldest record tells: when it is not behind the position, nothing is gone.
 * Otherwise records <em>may</em> be; nobody can tell how many came in between.
 *
 * <p>The same is asked while a reader goes on reading, but lags so far that the retention may
 * overtake it: Kinesis then moves it on, again without a word. How long the stream keeps its
 * records is not asked for; only what the shard still holds is.
 */
final class RetentionCheck {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionCheck.class);

  /** No stream keeps its records for less. */
  private static final Duration SHORTEST_RETENTION = Duration.ofHours(24);

  /**
   * From this lag on a look is worth its calls: an hour is more than one read spans, and than
   * passes between two reads before the iterator expires.
   */
  private static final Duration NEAR_RETENTION = SHORTEST_RETENTION.minusHours(1);

  private static final Duration LOOK_INTERVAL = Duration.ofMinutes(1);

  private static final int MOST_READS = 5;

  private final String shardId;
  private final StreamApi api;
  private final SourceSettings settings;
  private final SourceMetrics.ShardMetrics metrics;
  private final Clock clock;
  private Instant nextLook = Instant.MIN;
  private boolean overtaken;

  RetentionCheck(
      String shardId,
      StreamApi api,
      SourceSettings settings,
      SourceMetrics.ShardMetrics metrics,
      Clock clock) {
    this.shardId = shardId;
    this.api = api;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Reports a gap between a position and what the shard still holds.
   *
   * @param readUntil instant up to which all was read; null where nobody knows
   */
  void before(Position position, Instant readUntil) {
    nextLook = clock.instant().plus(LOOK_INTERVAL);
    Instant known =
        readUntil == null && position.kind() == Position.Kind.AT_TIMESTAMP
            ? position.instant()
            : readUntil;
    if (known == null || !known.isAfter(clock.instant().minus(SHORTEST_RETENTION))) {
      look(position, known);
    }
  }

  /**
   * Reports that the retention overtakes a reader that goes on reading: once, until it is ahead of
   * it again. Looks once a minute at most.
   *
   * @param millisBehind what the last read said
   */
  void whileReading(Position position, Instant readUntil, long millisBehind) {
    if (millisBehind < NEAR_RETENTION.toMillis()) {
      overtaken = false;
    } else if (!clock.instant().isBefore(nextLook)) {
      nextLook = clock.instant().plus(LOOK_INTERVAL);
      look(position, readUntil);
    }
  }

  /** A reader without a position of its own takes what there is: nothing tells what is gone. */
  private void look(Position position, Instant readUntil) {
    if (position.kind() == Position.Kind.TRIM_HORIZON) {
      return;
    }
    List<KinesisRecord> oldest = oldest();
    boolean gap = oldest.isEmpty() || isBehind(oldest.get(0), position);
    if (gap && !overtaken) {
      report(position, readUntil, oldest.isEmpty() ? "now" : oldest.get(0).arrival().toString());
    }
    overtaken = gap;
  }

  /** The shard's oldest record, if it has one; the first reads may be empty although it does. */
  private List<KinesisRecord> oldest() {
    String iterator = api.iterator(shardId, Position.trimHorizon());
    for (int reads = 0; reads < MOST_READS && iterator != null; reads++) {
      ShardRead read = api.read(shardId, iterator, 1);
      if (!read.records().isEmpty() || read.millisBehindLatest() == 0) {
        return read.records();
      }
      iterator = read.nextIterator();
    }
    return List.of();
  }

  /** Reports that the stream has forgotten the whole shard. */
  void shardGone(Position position, Instant readUntil) {
    report(position, readUntil, "the end of the shard");
  }

  private static boolean isBehind(KinesisRecord oldest, Position position) {
    return position.kind() == Position.Kind.AT_TIMESTAMP
        ? oldest.arrival().isAfter(position.instant())
        : new BigInteger(oldest.sequenceNumber()).compareTo(new BigInteger(position.value())) > 0;
  }

  private void report(Position position, Instant from, String to) {
    metrics.gap();
    LOG.error(
        "Records of {} in {} may be lost: {} is past the retention. What arrived from {} to {} is"
            + " not in the stream any more",
        shardId,
        settings.stream().arn(),
        position,
        from == null ? "then" : from,
        to);
  }
}
