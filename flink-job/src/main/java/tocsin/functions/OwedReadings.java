package tocsin.functions;

import java.util.Arrays;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.types.Row;

/** What {@link Gaps} knows of one key. Flink keeps the public fields. */
public class OwedReadings {
  private static final int GAPS_KEPT = 64;
  private static final int GAPS_TOLD = 24;
  private static final double QUANTILE = 0.9;

  public boolean open;

  /** When it was last heard of. */
  public long seenMs;

  /** When the timer fires; {@link Long#MAX_VALUE} when there is none. */
  public long timerMs = Long.MAX_VALUE;

  /** The newest gaps; once there are {@link #GAPS_KEPT}, a new one takes the oldest's place. */
  public @DataTypeHint("ARRAY<DOUBLE NOT NULL>") double[] gapsSeconds = new double[0];

  public int oldest;

  /** The newest reading with its rule. */
  public byte[] reading;

  public byte[] rule;
  public Double expectedSeconds;
  public double factor;
  public double minGaps;
  public double minSeconds;

  /** Keeps a reading that came, and what its rule expects. */
  void remember(Row row) {
    reading = row.getFieldAs("packed_reading");
    rule = row.getFieldAs("packed_rule");
    expectedSeconds = row.getFieldAs("expected_seconds");
    factor = row.<Double>getFieldAs("factor");
    minGaps = row.<Double>getFieldAs("min_gaps");
    minSeconds = row.<Double>getFieldAs("min_seconds");
  }

  void learn(double gapSeconds) {
    int count = gapsSeconds.length;
    if (count < GAPS_KEPT) {
      gapsSeconds = Arrays.copyOf(gapsSeconds, count + 1);
      gapsSeconds[count] = gapSeconds;
    } else {
      gapsSeconds[oldest] = gapSeconds;
      oldest = (oldest + 1) % GAPS_KEPT;
    }
  }

  boolean isJudged() {
    return expectedSeconds != null || gapsSeconds.length >= minGaps;
  }

  /** NaN while nothing is expected. */
  double allowedSeconds() {
    if (!isJudged()) {
      return Double.NaN;
    }
    double expected = expectedSeconds == null ? quantile() : expectedSeconds;
    return Math.max(expected * factor, minSeconds);
  }

  private double quantile() {
    double[] sorted = gapsSeconds.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(QUANTILE * sorted.length) - 1];
  }

  /** When the next reading is overdue; a key that owes none yet is looked at to be forgotten. */
  long dueMs() {
    double allowedSeconds = allowedSeconds();
    return seenMs
        + (Double.isNaN(allowedSeconds)
            ? Gaps.FORGOTTEN_AFTER_MS
            : (long) Math.ceil(allowedSeconds * 1e3));
  }

  /** The newest gaps, and behind them the one that lasts. */
  Double[] told(double silentSeconds, boolean isBack) {
    int count = gapsSeconds.length;
    int kept = Math.min(count, isBack ? GAPS_TOLD : GAPS_TOLD - 1);
    Double[] told = new Double[kept + (isBack ? 0 : 1)];
    for (int i = 0; i < kept; i++) {
      told[i] = gapsSeconds[(oldest + count - kept + i) % count];
    }
    if (!isBack) {
      told[kept] = silentSeconds;
    }
    return told;
  }
}
