package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.FunctionContext;

/**
 * {@code DRIFT_ALARM(value, time, late, retired, warm_up, slack, threshold, is_critical, period,
 * series_name)}: a two-sided CUSUM (Page 1954). Mean and σ are learned once, from the first {@code
 * warm_up} values. From then on each value adds its distance from the mean, in σ and less the
 * slack, to a sum for each side that never falls below zero: small distances to both sides cancel
 * out, small distances to one side add up. {@code risen} and {@code fallen} are the sums, {@code
 * risen_to} and {@code fallen_to} the means of the values since each sum last was zero.
 *
 * <p>Outliers decide nothing: they are left out of mean and σ, and no value counts for more than 4
 * σ. A sum ends at twice the threshold, so that it comes down again when the values do. A late or
 * retired row adds nothing.
 *
 * <p>The alarm is 1 when {@code risen} is above the threshold and no less than {@code fallen}, else
 * 2 when {@code fallen} is above it, and 0 when neither is above half of it; in between it stays,
 * and while the series learns. A row older than the newest adds to the sums and may raise an alarm,
 * but where it would end one, the alarm stays: that is left to the next row that is not older. A
 * retired row has 0. Every row but retired ones is among the newest values. While it learns, the
 * series ({@code series_name}) counts in a gauge {@code learning:rule:metric}. The columns of
 * {@link AlarmState} come first; a row without an alarm before and after it has no others.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = DriftSums.class,
            rawSerializer = DriftSums.Serializer.class),
    output =
        @DataTypeHint(
            value =
                "ROW<"
                    + AlarmState.COLUMNS
                    + ", mean DOUBLE, stddev DOUBLE, risen DOUBLE, fallen DOUBLE,"
                    + " risen_to DOUBLE, fallen_to DOUBLE>",
            bridgedTo = RowData.class))
public final class DriftAlarm extends AggregateFunction<RowData, DriftSums> {
  private static final long serialVersionUID = 1;
  private static final int OWN_COLUMNS = 6;
  private static final RowData QUIET = AlarmState.quiet(OWN_COLUMNS);

  /** Squares and sums of larger numbers are not finite. */
  private static final double LARGEST = 1e150;

  private transient UnjudgedSeries learning;

  @Override
  public void open(FunctionContext context) {
    learning = new UnjudgedSeries(context.getMetricGroup(), UnjudgedSeries.LEARNING);
  }

  @Override
  public DriftSums createAccumulator() {
    return new DriftSums();
  }

  public void accumulate(
      DriftSums sums,
      double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      boolean late,
      boolean retired,
      double warmUp,
      double slack,
      double threshold,
      boolean isCritical,
      long period,
      byte[] seriesName) {
    boolean isNewest = sums.isNewest(time.getMillisecond());
    if (retired) {
      sums.take(0, isCritical, period);
      return;
    }
    sums.remember(value);
    if (!late && Math.abs(value) <= LARGEST) {
      if (sums.isLearning()) {
        sums.learnFrom(value, warmUp);
      } else {
        sums.addUp(value, slack, threshold);
      }
    }
    sums.tellLearning(learning, seriesName, sums.isLearning());
    sums.take(sums.judgement(threshold, isNewest), isCritical, period);
  }

  @Override
  public RowData getValue(DriftSums sums) {
    if (sums.isQuiet()) {
      return QUIET;
    }
    GenericRowData row = sums.told(OWN_COLUMNS);
    if (!sums.isLearning()) {
      row.setField(AlarmState.OWN, sums.mean);
      row.setField(AlarmState.OWN + 1, sums.stddev);
      row.setField(AlarmState.OWN + 2, sums.risen);
      row.setField(AlarmState.OWN + 3, sums.fallen);
      row.setField(AlarmState.OWN + 4, meanOf(sums.risenValues, sums.risenCount));
      row.setField(AlarmState.OWN + 5, meanOf(sums.fallenValues, sums.fallenCount));
    }
    return row;
  }

  private static Double meanOf(double values, long count) {
    return count == 0 ? null : (Double) (values / count);
  }
}
