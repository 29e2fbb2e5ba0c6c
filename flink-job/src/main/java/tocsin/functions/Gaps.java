package tocsin.functions;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.StateHint;
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
                + " TIMESTAMP_LTZ(3), rules_version BIGINT, severity STRING, route STRING,"
                + " arrival_time TIMESTAMP_LTZ(3), late BOOLEAN, `stream` STRING, shard_id STRING,"
                + " sequence_number STRING, labels MAP<STRING, STRING>, recent_values"
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

  /** What is known of one key. Flink keeps its public fields. */
  public static class Key {
    public boolean known;
    public boolean open;

    /** When it was last heard of. */
    public long seenMs;

    /** When the timer fires; {@link Long#MAX_VALUE} when there is none. */
    public long timerMs = Long.MAX_VALUE;

    /** The newest gaps, oldest first. */
    public @DataTypeHint("ARRAY<DOUBLE NOT NULL>") double[] gapsSeconds = new double[0];

    /** The newest reading with its rule. */
    public @DataTypeHint(
        "ROW<expected_seconds DOUBLE, factor DOUBLE, min_gaps DOUBLE, min_seconds DOUBLE,"
            + " rules_version BIGINT, severity STRING, route STRING, arrival_time TIMESTAMP_LTZ(3),"
            + " late BOOLEAN, `stream` STRING, shard_id STRING, sequence_number STRING, labels"
            + " MAP<STRING, STRING>>") Row reading;
  }

  private transient UnjudgedSeries learning;

  @Override
  public void open(FunctionContext context) {
    learning = new UnjudgedSeries(context.getMetricGroup(), UnjudgedSeries.LEARNING);
  }

  public void eval(
      Context context,
      @StateHint Key key,
      @ArgumentHint({ArgumentTrait.SET_SEMANTIC_TABLE, ArgumentTrait.REQUIRE_ON_TIME})
          Row readings) {
    TimeContext<Long> time = context.timeContext(Long.class);
    long nowMs = time.time();
    boolean isFirst = !key.known;
    double allowedSeconds = allowedSeconds(key);
    double silentSeconds = isFirst ? 0 : (nowMs - key.seenMs) / 1e3;
    boolean wasOpen = key.open;
    if (!wasOpen && silentSeconds > allowedSeconds) {
      // Nothing moved time in between: in a backlog, or where a whole source held it back.
      say("raised", key, allowedSeconds, allowedSeconds, dueMs(key));
      wasOpen = true;
    }
    if (silentSeconds > 0) {
      learn(key, silentSeconds);
    }
    key.known = true;
    key.open = false;
    key.seenMs = Math.max(nowMs, key.seenMs);
    key.reading = Row.of(fields(readings));
    if (wasOpen) {
      say("cleared", key, silentSeconds, allowedSeconds, nowMs);
    }
    if (readings.<Boolean>getFieldAs("rule_retired")) {
      context.clearAll();
      return;
    }
    learning.tell(
        readings.getFieldAs("rule_id"),
        readings.getFieldAs("metric"),
        readings.getFieldAs("entity"),
        !Double.isNaN(allowedSeconds(key)));
    wakeAt(time, key, dueMs(key));
  }

  public void onTimer(OnTimerContext context, Key key) {
    TimeContext<Long> time = context.timeContext(Long.class);
    if (watermark(time) == Long.MAX_VALUE) {
      return;
    }
    long nowMs = Math.max(time.time(), watermark(time));
    key.timerMs = Long.MAX_VALUE;
    long dueMs = dueMs(key);
    if (nowMs < dueMs) {
      wakeAt(time, key, dueMs);
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
    double[] gaps =
        Arrays.copyOfRange(key.gapsSeconds, Math.max(0, count - GAPS_KEPT + 1), count + 1);
    gaps[gaps.length - 1] = gapSeconds;
    key.gapsSeconds = gaps;
  }

  /** When the next reading is overdue; a key that owes none yet is looked at to be forgotten. */
  private static long dueMs(Key key) {
    double allowedSeconds = allowedSeconds(key);
    return key.seenMs
        + (Double.isNaN(allowedSeconds)
            ? FORGOTTEN_AFTER_MS
            : (long) Math.ceil(allowedSeconds * 1e3));
  }

  /** NaN while nothing is expected. */
  private static double allowedSeconds(Key key) {
    if (!key.known) {
      return Double.NaN;
    }
    Double expected = key.reading.getFieldAs(0);
    if (expected == null) {
      if (key.gapsSeconds.length < key.reading.<Double>getFieldAs(2)) {
        return Double.NaN;
      }
      double[] sorted = key.gapsSeconds.clone();
      Arrays.sort(sorted);
      expected = sorted[(int) Math.ceil(QUANTILE * sorted.length) - 1];
    }
    return Math.max(
        expected * key.reading.<Double>getFieldAs(1), key.reading.<Double>getFieldAs(3));
  }

  private static Object[] fields(Row reading) {
    return new Object[] {
      reading.getField("expected_seconds"),
      reading.getField("factor"),
      reading.getField("min_gaps"),
      reading.getField("min_seconds"),
      reading.getField("rules_version"),
      reading.getField("severity"),
      reading.getField("route"),
      reading.getField("arrival_time"),
      reading.getField("late"),
      reading.getField("stream"),
      reading.getField("shard_id"),
      reading.getField("sequence_number"),
      reading.getField("labels")
    };
  }

  private void say(
      String kind, Key key, double silentSeconds, double allowedSeconds, long saidAtMs) {
    boolean isBack = kind.equals("cleared");
    Row reading = key.reading;
    collect(
        Row.of(
            kind,
            silentSeconds,
            Double.isNaN(allowedSeconds) ? null : allowedSeconds,
            Instant.ofEpochMilli(saidAtMs),
            reading.<Long>getFieldAs(4),
            reading.<String>getFieldAs(5),
            reading.<String>getFieldAs(6),
            reading.<Instant>getFieldAs(7),
            isBack && reading.<Boolean>getFieldAs(8),
            reading.<String>getFieldAs(9),
            reading.<String>getFieldAs(10),
            reading.<String>getFieldAs(11),
            reading.<Map<String, String>>getFieldAs(12),
            told(key.gapsSeconds, silentSeconds, isBack)));
  }

  /** The newest gaps, and behind them the one that lasts. */
  private static Double[] told(double[] gaps, double silentSeconds, boolean isBack) {
    int kept = Math.min(gaps.length, isBack ? GAPS_TOLD : GAPS_TOLD - 1);
    Double[] told = new Double[kept + (isBack ? 0 : 1)];
    for (int i = 0; i < kept; i++) {
      told[i] = gaps[gaps.length - kept + i];
    }
    if (!isBack) {
      told[kept] = silentSeconds;
    }
    return told;
  }
}
