package tocsin.functions;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.FunctionContext;

/**
 * {@code SEASONAL_ALARM(value, time, late, retired, time_zone, multiplier, min_samples,
 * min_relative_deviation, min_days, is_critical, period, series_name)}: {@code mean} and {@code
 * stddev} of the values before this one in the same hour of the day, weekends (Saturday, Sunday)
 * apart from other days; null when there are none. A late or retired row is told its hour's figures
 * and enters none.
 *
 * <p>Old values fade: the newest counts for at least a thousandth. Outliers do little: once an hour
 * has 30 values, none enters further than 4 σ from the mean.
 *
 * <p>The alarm is 1 for a value above the mean, 2 for one below it, when it is further from it than
 * both multiplier · σ and min_relative_deviation · |mean|; else it is 0, unless the row is older
 * than the newest: then it stays. It stays, too, while the hour learns: with fewer than {@code
 * min_samples} values or {@code min_days} days; then the series ({@code series_name}) counts in a
 * gauge {@code learning:rule:metric}. A retired row has 0. Every row but retired ones is among the
 * newest values. The columns of {@link AlarmState} come first; a row without an alarm before and
 * after it has no others.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = SeasonalHours.class,
            rawSerializer = SeasonalHours.Serializer.class),
    output =
        @DataTypeHint(
            value = "ROW<" + AlarmState.COLUMNS + ", mean DOUBLE, stddev DOUBLE>",
            bridgedTo = RowData.class))
public final class SeasonalAlarm extends AggregateFunction<RowData, SeasonalHours> {
  private static final long serialVersionUID = 1;
  private static final int NONE = 0;
  private static final int ABOVE = 1;
  private static final int BELOW = 2;
  private static final int OWN_COLUMNS = 2;
  private static final RowData QUIET = AlarmState.quiet(OWN_COLUMNS);
  private static final long HOUR_MS = 3_600_000;
  private static final long DAY_MS = 24 * HOUR_MS;

  /** Squares and sums of larger numbers are not finite. */
  private static final double LARGEST = 1e150;

  private transient UnjudgedSeries learning;
  private transient Map<StringData, ZoneClock> clocks;

  /** Of the row before, which most rows share. */
  private transient StringData lastZone;

  private transient ZoneClock lastClock;

  @Override
  public void open(FunctionContext context) {
    learning = new UnjudgedSeries(context.getMetricGroup(), UnjudgedSeries.LEARNING);
    clocks = new HashMap<>();
  }

  @Override
  public SeasonalHours createAccumulator() {
    return new SeasonalHours();
  }

  public void accumulate(
      SeasonalHours hours,
      double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      boolean late,
      boolean retired,
      @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData timeZone,
      double multiplier,
      long minSamples,
      double minRelativeDeviation,
      double minDays,
      boolean isCritical,
      long period,
      byte[] seriesName) {
    long timeMs = time.getMillisecond();
    long localMs = clock(timeZone).localMs(timeMs);
    long epochDay = Math.floorDiv(localMs, DAY_MS);
    int hour = (int) ((localMs - epochDay * DAY_MS) / HOUR_MS);
    hours.turnTo(isWeekend(epochDay) ? hour + SeasonalHours.HOURS / 2 : hour, timeMs);
    if (retired) {
      hours.take(NONE, isCritical, period);
      return;
    }
    hours.remember(value);
    boolean isLearning = hours.isLearning(minSamples, minDays);
    hours.tellLearning(learning, seriesName, isLearning);
    int judgement =
        isLearning
            ? AlarmState.SAME
            : judgement(hours, value, timeMs, multiplier, minRelativeDeviation);
    hours.take(judgement, isCritical, period);
    if (!late && Math.abs(value) <= LARGEST) {
      hours.learn(value, epochDay);
    }
  }

  private static int judgement(
      SeasonalHours hours, double value, long timeMs, double multiplier, double minRelative) {
    double mean = hours.meanBefore;
    double distance = Math.abs(value - mean);
    if (distance > multiplier * hours.stddevBefore && distance > minRelative * Math.abs(mean)) {
      return value > mean ? ABOVE : BELOW;
    }
    return hours.isNewest(timeMs) ? NONE : AlarmState.SAME;
  }

  private static boolean isWeekend(long epochDay) {
    // 1970 began with a Thursday: Saturday is 2 and Sunday 3 of a week from there.
    long day = Math.floorMod(epochDay, 7L);
    return day == 2 || day == 3;
  }

  private ZoneClock clock(StringData zone) {
    if (!zone.equals(lastZone)) {
      // A copy: what a row hands out may point to where the next row will be.
      String name = zone.toString();
      lastZone = StringData.fromString(name);
      lastClock = clocks.computeIfAbsent(lastZone, unknown -> new ZoneClock(name));
    }
    return lastClock;
  }

  @Override
  public RowData getValue(SeasonalHours hours) {
    if (hours.isQuiet()) {
      return QUIET;
    }
    GenericRowData row = hours.told(OWN_COLUMNS);
    if (!Double.isNaN(hours.meanBefore)) {
      row.setField(AlarmState.OWN, hours.meanBefore);
      row.setField(AlarmState.OWN + 1, hours.stddevBefore);
    }
    return row;
  }
}
