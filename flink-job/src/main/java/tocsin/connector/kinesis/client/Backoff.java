package tocsin.connector.kinesis.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays that double with each fault in a row, up to a ceiling, each drawn from the upper half of
 * its range so that readers which were throttled together do not return together.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class Backoff {
  private final long firstMs;
  private final long ceilingMs;
  private final RandomGenerator random;
  private int faults;

  public Backoff(Duration first, Duration ceiling, RandomGenerator random) {
    if (first.toMillis() < 1 || ceiling.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "need 1 ms <= first <= ceiling, got " + first + ", " + ceiling);
    }
    this.firstMs = first.toMillis();
    this.ceilingMs = ceiling.toMillis();
    this.random = random;
  }

  /** Counts one more fault and gives the delay in milliseconds before the next attempt. */
  public long nextDelayMs() {
    // 2^30 first delays is past any ceiling; shifting further would overflow.
    long range = Math.min(ceilingMs, firstMs << Math.min(faults, 30));
    faults++;
    return range - random.nextLong(range / 2 + 1);
  }

  /** Says that an attempt succeeded: the next fault starts from the first delay again. */
  public void reset() {
    faults = 0;
  }

  /** Faults in a row since the last success. */
  public int faults() {
    return faults;
  }
}
