package tocsin.functions;

import java.time.Instant;
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
  static final long FORGOTTEN_AFTER_MS = 24 * 3_600_000L;
  private static final int TIMES_ALLOWED_UNTIL_FORGOTTEN = 4;

  /**
   * Without this Flink 2.2 writes down with each row when it was, to forget it in 292 million
   * years.
   */
  private static final String KEPT_FOR_EVER = "0 s";

  /** The only place in the state of a key. */
  private static final int KEY = 0;

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
      @StateHint(ttl = KEPT_FOR_EVER) MapView<Integer, OwedReadings> keys,
      @ArgumentHint({ArgumentTrait.SET_SEMANTIC_TABLE, ArgumentTrait.REQUIRE_ON_TIME}) Row readings)
      throws Exception {
    TimeContext<Long> time = context.timeContext(Long.class);
    long nowMs = time.time();
    OwedReadings key = keys.get(KEY);
    boolean isFirst = key == null;
    if (isFirst) {
      key = new OwedReadings();
      key.seenMs = nowMs;
    }
    double silentSeconds = (nowMs - key.seenMs) / 1e3;
    boolean wasOpen = key.open;
    double allowedSeconds = Double.NaN;
    // Never less than min_seconds is allowed: most readings need no sorting of gaps.
    if (!isFirst && (wasOpen || silentSeconds > key.minSeconds)) {
      allowedSeconds = key.allowedSeconds();
      if (!wasOpen && silentSeconds > allowedSeconds) {
        // Nothing moved time in between: in a backlog, or where a whole source held it back.
        say("raised", key, allowedSeconds, allowedSeconds, key.dueMs());
        wasOpen = true;
      }
    }
    if (silentSeconds > 0) {
      key.learn(silentSeconds);
    }
    key.open = false;
    key.seenMs = Math.max(nowMs, key.seenMs);
    key.remember(readings);
    if (wasOpen) {
      say("cleared", key, silentSeconds, allowedSeconds, nowMs);
    }
    if (readings.<Boolean>getFieldAs("rule_retired")) {
      context.clearAll();
      return;
    }
    learning.tell(readings.getFieldAs("series_name"), key.isJudged());
    if (key.seenMs + key.minSeconds * 1e3 < key.timerMs) {
      wakeAt(time, key, key.dueMs());
    }
    keys.put(KEY, key);
  }

  public void onTimer(OnTimerContext context, MapView<Integer, OwedReadings> keys)
      throws Exception {
    TimeContext<Long> time = context.timeContext(Long.class);
    if (watermark(time) == Long.MAX_VALUE) {
      return;
    }
    OwedReadings key = keys.get(KEY);
    long nowMs = Math.max(time.time(), watermark(time));
    key.timerMs = Long.MAX_VALUE;
    long dueMs = key.dueMs();
    if (nowMs < dueMs) {
      wakeAt(time, key, dueMs);
      keys.put(KEY, key);
      return;
    }
    double allowedSeconds = key.allowedSeconds();
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
  private static void wakeAt(TimeContext<Long> time, OwedReadings key, long atMs) {
    if (atMs < key.timerMs) {
      key.timerMs = atMs;
      time.registerOnTime(DUE, atMs);
    }
  }

  private static long watermark(TimeContext<Long> time) {
    Long watermark = time.currentWatermark();
    return watermark == null ? Long.MIN_VALUE : watermark;
  }

  private void say(
      String kind, OwedReadings key, double silentSeconds, double allowedSeconds, long saidAtMs) {
    collect(
        Row.of(
            kind,
            silentSeconds,
            Double.isNaN(allowedSeconds) ? null : allowedSeconds,
            Instant.ofEpochMilli(saidAtMs),
            key.reading,
            key.rule,
            key.told(silentSeconds, kind.equals("cleared"))));
  }
}
