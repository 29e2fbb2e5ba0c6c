package tocsin.connector.kinesis.source;

import java.time.Duration;
import java.util.random.RandomGenerator;
import tocsin.connector.kinesis.client.Backoff;

/**
 * What every poller does around a read: it stops, waits while there is enough, and tells of an end.
 */
abstract class PacedPoller implements SplitPoller {
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration BACKOFF_CEILING = Duration.ofSeconds(10);
  private static final long CROWDED_MS = 10;

  final Host host;
  final Backoff backoff;
  private final String splitId;
  private volatile boolean stopped;

  PacedPoller(String splitId, Host host, RandomGenerator random) {
    this.splitId = splitId;
    this.host = host;
    this.backoff = new Backoff(FIRST_BACKOFF, BACKOFF_CEILING, random);
  }

  @Override
  public final String splitId() {
    return splitId;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  final boolean stopped() {
    return stopped;
  }

  @Override
  public final void poll() {
    if (stopped) {
      return;
    }
    if (host.crowded()) {
      host.pollAgain(this, CROWDED_MS);
      return;
    }
    try {
      readOnce();
    } catch (Error error) {
      // The pool would swallow it, and the split would stand still without a word.
      host.handOver(new Failure(splitId, error));
    }
  }

  /** One read, with its faults; it ends as {@link #poll} must. */
  abstract void readOnce();
}
