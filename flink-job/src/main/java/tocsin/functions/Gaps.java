package tocsin.functions;

import java.time.Instant;
import java.util.Arrays;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/**
 * {@code GAPS(readings)}: what became of the readings that each key owes. A row when none came for
 * longer than is allowed ({@code raised}), one every five minutes while none comes ({@code
 * renewed}), and one when the next came ({@code cleared}). What is allowed is {@code factor} times
 * {@code expected_seconds}, or else times the 90th percentile of the key's last 64 gaps once there
 * are {@code min_gaps}, and never less than {@code min_seconds}.
 *
 * <p>Here and not in SQL, because only a timer says something when nothing comes. A reading counts
 * from its arrival, whatever time it tells; what has passed since is told by the watermark, which
 * the job moves when all is silent. So late readings are a sign of life, who sends in batches owes
 * a batch, a job that stood still misses nothing, and a backlog alarms only about gaps that are in
 * it, with the reading that ends each. The end of a bounded run is no silence. A key that is silent
 * for a day, or four times as long as allowed, is forgotten.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            "ROW<kind STRING, silent_seconds DOUBLE, allowed_seconds DOUBLE, said_at"
                + " TIMESTAMP_LTZ(3), packed_reading BYTES, packed_rule BYTES, recent_values"
                + " ARRAY<DOUBLE>>"))
public final class Gaps extends ProcessTableFunction<Row> {
  private static final long serialVersionUID = 1;

  private static final String DUE = "due";
  private static final long RENEWED_EVERY_MS = 300_000;
  private static final long FORGOTTEN_AFTER_MS = 24 * 3_600_000L;
  private static final int TIMES_ALLOWED_UNTIL_FORGOTTEN = 4;
  private static final int GAPS_KEPT = 64;
  private static final int GAPS_TOLD = 24;
  private static final double QUANTILE = 0.9;

  /**
   * Without this Flink 2.2 writes down with each row when it was, to forget it in 292 million
   * years.
   */
  private static final String KEPT_FOR_EVER = "0 s";

  /** The only place in the state of a key. */
  private static final int KEY = 0;

  /** What is known of one key. Flink keeps its public fields. */
  public static class Key {
    public boolean open;

    /** When it was last heard of. */
    public long seenMs;

    /** When the timer fires; {@link Long#MAX_VALUE} when there is none. */
    public long timerMs = Long.MAX_VALUE;

    /**
     * The newest gaps; once there are {@link Gaps#GAPS_KEPT}, a new one takes the oldest's place.
     */
    public @DataTypeHint("ARRAY<DOUBLE NOT NULL>") double[] gapsSeconds = new double[0];

    public int oldest;

    /** The newest reading with its rule. */
    public byte[] reading;

    public byte[] rule;
    public Double expectedSeconds;
    public double factor;
    public double minGaps;
    public double minSeconds;
  }

  private transient UnjudgedSeries learning;

  @Override
  public void open(FunctionContext context) {
    learning = new UnjudgedSeries(context.getMetricGroup(), UnjudgedSeries.LEARNING);
  }

  /**
   * @param keys one entry: Flink compares and converts every other kind of state with each row
   */
  public void eval(
      Context context,
      @StateHint(ttl = KEPT_FOR_EVER) MapView<Integer, Key> keys,
      @ArgumentHint({ArgumentTrait.SET_SEMANTIC_TABLE, ArgumentTrait.REQUIRE_ON_TIME}) Row readings)
      throws Exception {
    TimeContext<Long> time = context.timeContext(Long.class);
    long nowMs = time.time();
    Key key = keys.get(KEY);
    boolean isFirst = key == null;
    if (isFirst) {
      key = new Key();
      key.seenMs = nowMs;
    }
    double silentSeconds = (nowMs - key.seenMs) / 1e3;
    boolean wasOpen = key.open;
    double allowedSeconds = Double.NaN;
    // Never less than min_seconds is allowed: most readings need no sorting of gaps.
    if (!isFirst && (wasOpen || silentSeconds > key.minSeconds)) {
      allowedSeconds = allowedSeconds(key);
      if (!wasOpen && silentSeconds > allowedSeconds) {
        // Nothing moved time in between: in a backlog, or where a whole source held it back.
        say("raised", key, allowedSeconds, allowedSeconds, dueMs(key));
        wasOpen = true;
      }
    }
    if (silentSeconds > 0) {
      learn(key, silentSeconds);
    }
    key.open = false;
    key.seenMs = Math.max(nowMs, key.seenMs);
    remember(key, readings);
    if (wasOpen) {
      say("cleared", key, silentSeconds, allowedSeconds, nowMs);
    }
    if (readings.<Boolean>getFieldAs("rule_retired")) {
      context.clearAll();
      return;
    }
    learning.tell(readings.getFieldAs("series_name"), isJudged(key));
    if (key.seenMs + key.minSeconds * 1e3 < key.timerMs) {
      wakeAt(time, key, dueMs(key));
    }
    keys.put(KEY, key);
  }

  private static void remember(Key key, Row reading) {
    key.reading = reading.getFieldAs("packed_reading");
    key.rule = reading.getFieldAs("packed_rule");
    key.expectedSeconds = reading.getFieldAs("expected_seconds");
    key.factor = reading.<Double>getFieldAs("factor");
    key.minGaps = reading.<Double>getFieldAs("min_gaps");
    key.minSeconds = reading.<Double>getFieldAs("min_seconds");
  }

  public void onTimer(OnTimerContext context, MapView<Integer, Key> keys) throws Exception {
    TimeContext<Long> time = context.timeContext(Long.class);
    if (watermark(time) == Long.MAX_VALUE) {
      return;
    }
    Key key = keys.get(KEY);
    long nowMs = Math.max(time.time(), watermark(time));
    key.timerMs = Long.MAX_VALUE;
    long dueMs = dueMs(key);
    if (nowMs < dueMs) {
      wakeAt(time, key, dueMs);
      keys.put(KEY, key);
      return;
    }
    double allowedSeconds = allowedSeconds(key);
    if (Double.isNaN(allowedSeconds) || (key.open && isLost(nowMs - key.seenMs, allowedSeconds))) {
      context.clearAll();
      return;
    }
    // The same times however far apart the watermarks are, so that the same gap gives the same ids.
    long renewals = key.open ? (nowMs - dueMs) / RENEWED_EVERY_MS : 0;
    long saidAtMs = dueMs + renewals * RENEWED_EVERY_MS;
    say(
        key.open ? "renewed" : "raised",
        key,
        (saidAtMs - key.seenMs) / 1e3,
        allowedSeconds,
        saidAtMs);
    key.open = true;
    wakeAt(time, key, dueMs + ((nowMs - dueMs) / RENEWED_EVERY_MS + 1) * RENEWED_EVERY_MS);
    keys.put(KEY, key);
  }

  private static boolean isLost(long silentMs, double allowedSeconds) {
    return silentMs >= FORGOTTEN_AFTER_MS
        && silentMs >= TIMES_ALLOWED_UNTIL_FORGOTTEN * allowedSeconds * 1e3;
  }

  /** A timer that fires too early looks again; so most readings need not move it. */
  private static void wakeAt(TimeContext<Long> time, Key key, long atMs) {
    if (atMs < key.timerMs) {
      key.timerMs = atMs;
      time.registerOnTime(DUE, atMs);
    }
  }

  private static long watermark(TimeContext<Long> time) {
    Long watermark = time.currentWatermark();
    return watermark == null ? Long.MIN_VALUE : watermark;
  }

  private static void learn(Key key, double gapSeconds) {
    int count = key.gapsSeconds.length;
    if (count < GAPS_KEPT) {
      key.gapsSeconds = Arrays.copyOf(key.gapsSeconds, count + 1);
      key.gapsSeconds[count] = gapSeconds;
    } else {
      key.gapsSeconds[key.oldest] = gapSeconds;
      key.oldest = (key.oldest + 1) % GAPS_KEPT;
    }
  }

  /** When the next reading is overdue; a key that owes none yet is looked at to be forgotten. */
  private static long dueMs(Key key) {
    double allowedSeconds = allowedSeconds(key);
    return key.seenMs
        + (Double.isNaN(allowedSeconds)
            ? FORGOTTEN_AFTER_MS
            : (long) Math.ceil(allowedSeconds * 1e3));
  }

  private static boolean isJudged(Key key) {
    return key.expectedSeconds != null || key.gapsSeconds.length >= key.minGaps;
  }

  /** NaN while nothing is expected. */
  private static double allowedSeconds(Key key) {
    if (!isJudged(key)) {
      return Double.NaN;
    }
    double expected = key.expectedSeconds == null ? quantile(key.gapsSeconds) : key.expectedSeconds;
    return Math.max(expected * key.factor, key.minSeconds);
  }

  private static double quantile(double[] gaps) {
    double[] sorted = gaps.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(QUANTILE * sorted.length) - 1];
  }

  private void say(
      String kind, Key key, double silentSeconds, double allowedSeconds, long saidAtMs) {
    collect(
        Row.of(
            kind,
            silentSeconds,
            Double.isNaN(allowedSeconds) ? null : allowedSeconds,
            Instant.ofEpochMilli(saidAtMs),
            key.reading,
            key.rule,
            told(key, silentSeconds, kind.equals("cleared"))));
  }

  /** The newest gaps, and behind them the one that lasts. */
  private static Double[] told(Key key, double silentSeconds, boolean isBack) {
    int count = key.gapsSeconds.length;
    int kept = Math.min(count, isBack ? GAPS_TOLD : GAPS_TOLD - 1);
    Double[] told = new Double[kept + (isBack ? 0 : 1)];
    for (int i = 0; i < kept; i++) {
      told[i] = key.gapsSeconds[(key.oldest + count - kept + i) % count];
    }
    if (!isBack) {
      told[kept] = silentSeconds;
    }
    return told;
  }
}
