package tocsin.functions;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.FunctionContext;

/**
 * {@code DEVIATION_ALARM(value, time, late, retired, multiplier, min_samples,
 * min_relative_deviation, hold, rows, is_critical, period, series_name)}: where a value lies
 * against the mean of the values before it, at most {@code rows} of them: 1 above it by more than
 * both bounds, 2 below it so, 0 within. {@code now} is the place after this row, {@code earlier}
 * that before it; {@code mean} and {@code stddev} are those of the values before; the other columns
 * are those of {@link AlarmState}, where {@code recent_values} are, without a {@code hold}, those
 * that count for later means and this one. One argument more, TRUE, gives the columns also where
 * {@code now} and {@code earlier} are both 0.
 *
 * <p>The bounds are multiplier · σ and min_relative_deviation · |mean|. With fewer than min_samples
 * values the place stays. A row older than the newest can go out, but not come back; a late one
 * does not count for later means; a retired one comes back, and does not count either.
 *
 * <p>With {@code hold} above 0, values that stray do not count for later means, so that an anomaly
 * stays one for as long as it lasts; but once so many have strayed in a row they are what is usual
 * now, and the values before begin with them.
 *
 * <p>With too few values the series ({@code series_name}) counts in a gauge {@code
 * learning:rule:metric}.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = DeviationAlarm.Series.class,
            rawSerializer = DeviationAlarm.Serializer.class),
    output =
        @DataTypeHint(
            value = "ROW<" + AlarmState.COLUMNS + ", mean DOUBLE, stddev DOUBLE>",
            bridgedTo = RowData.class))
public final class DeviationAlarm extends AggregateFunction<RowData, DeviationAlarm.Series> {
  private static final long serialVersionUID = 1;

  private static final int WITHIN = 0;
  private static final int ABOVE = 1;
  private static final int BELOW = 2;
  private static final RowData QUIET = AlarmState.quiet(2);

  private transient UnjudgedSeries learning;

  /** The values before; their mean and σ as they were before this row, where anybody asks. */
  public static final class Series extends Baseline {
    /** The values that strayed since the last that did not; null when there is none. */
    private Ring held;

    /** The newest values, where those before lack some of them; else null. */
    private Ring all;

    private long newestMs = Long.MIN_VALUE;
    private boolean tellsAll;

    private void add(double value, boolean strays, int hold, int rows) {
      if (!strays || hold <= 0) {
        add(value, rows);
        held = null;
        return;
      }
      held = held == null ? new Ring() : held;
      held.add(value, hold);
      if (held.size() == hold) {
        beginAnew(held, rows);
        held = null;
      }
    }

    /** Sees to it that the newest values can be told, this one among them. */
    private void show(double value, boolean isLeftOut) {
      if (isLeftOut) {
        all = all == null ? Ring.of(newest(RECENT)) : all;
        all.add(value, RECENT);
      } else {
        all = null;
      }
    }

    @Override
    public long bytes() {
      return super.bytes() + (held == null ? 0 : held.bytes()) + (all == null ? 0 : all.bytes());
    }

    @Override
    double[] recentValues() {
      return all == null ? super.recentValues() : all.toArray();
    }

    @Override
    void write(DataOutputView target) throws IOException {
      super.write(target);
      target.writeLong(newestMs);
      for (Ring ring : new Ring[] {held, all}) {
        target.writeBoolean(ring != null);
        if (ring != null) {
          Ring.SERIALIZER.serialize(ring, target);
        }
      }
    }

    @Override
    void read(DataInputView source) throws IOException {
      super.read(source);
      newestMs = source.readLong();
      held = source.readBoolean() ? Ring.SERIALIZER.deserialize(source) : null;
      all = source.readBoolean() ? Ring.SERIALIZER.deserialize(source) : null;
    }

    @Override
    protected Series clone() {
      Series copy = (Series) super.clone();
      copy.held = held == null ? null : Ring.SERIALIZER.copy(held);
      copy.all = all == null ? null : Ring.SERIALIZER.copy(all);
      return copy;
    }
  }

  @Override
  public void open(FunctionContext context) {
    learning = new UnjudgedSeries(context.getMetricGroup(), UnjudgedSeries.LEARNING);
  }

  @Override
  public Series createAccumulator() {
    return new Series();
  }

  public void accumulate(
      Series series,
      double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3) NOT NULL", bridgedTo = TimestampData.class)
          TimestampData time,
      boolean late,
      boolean retired,
      double multiplier,
      long minSamples,
      double minRelativeDeviation,
      int hold,
      int rows,
      boolean isCritical,
      long period,
      byte[] seriesName) {
    long timeMs = time.getMillisecond();
    series.newestMs = Math.max(series.newestMs, timeMs);
    boolean isJudged = !retired && series.size() >= minSamples;
    // An alarm that is open tells its mean also where it ends.
    if (isJudged || series.state != WITHIN || series.tellsAll) {
      series.measure();
    }
    int place = retired ? WITHIN : AlarmState.SAME;
    boolean strays = isJudged && series.isBeyond(value, multiplier, minRelativeDeviation);
    if (strays) {
      place = value > series.mean() ? ABOVE : BELOW;
    } else if (isJudged && timeMs >= series.newestMs) {
      place = WITHIN;
    }
    series.take(place, isCritical, period);
    series.show(value, hold > 0 || late || retired);
    if (!retired) {
      boolean isLast = !late && series.size() + 1 >= minSamples;
      series.tellLearning(learning, seriesName, !isJudged && !isLast);
      if (!late) {
        series.add(value, strays, hold, rows);
      }
    }
  }

  /** The same for those who want to know of quiet rows, too. */
  public void accumulate(
      Series series,
      double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3) NOT NULL", bridgedTo = TimestampData.class)
          TimestampData time,
      boolean late,
      boolean retired,
      double multiplier,
      long minSamples,
      double minRelativeDeviation,
      int hold,
      int rows,
      boolean isCritical,
      long period,
      byte[] seriesName,
      boolean tellsAll) {
    series.tellsAll = tellsAll;
    accumulate(
        series,
        value,
        time,
        late,
        retired,
        multiplier,
        minSamples,
        minRelativeDeviation,
        hold,
        rows,
        isCritical,
        period,
        seriesName);
  }

  @Override
  public RowData getValue(Series series) {
    if (series.isQuiet() && !series.tellsAll) {
      return QUIET;
    }
    GenericRowData row = series.told(2);
    if (!Double.isNaN(series.mean())) {
      row.setField(AlarmState.OWN, series.mean());
      row.setField(AlarmState.OWN + 1, series.stddev());
    }
    return row;
  }

  /** Writes a series. */
  public static final class Serializer extends AlarmState.Serializer<Series> {
    private static final long serialVersionUID = 1;

    @Override
    public Series createInstance() {
      return new Series();
    }

    @Override
    public TypeSerializerSnapshot<Series> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Tells Flink which serializer wrote a snapshot. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Series> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
