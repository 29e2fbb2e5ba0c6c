package tocsin.functions;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
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
 * {@code STRAYED(value, time, late, retired, multiplier, min_samples, min_relative_deviation, hold,
 * rows, series)}: where a value lies against the mean of the values before it, at most {@code rows}
 * of them: 1 above it by more than both bounds, 2 below it so, 0 within. {@code now} is the place
 * after this row, {@code earlier} that before it; {@code mean} and {@code stddev} are those of the
 * values before.
 *
 * <p>The bounds are multiplier · σ and min_relative_deviation · |mean|. With fewer than min_samples
 * values the place stays. A row older than the newest can go out, but not come back; a late one
 * does not count for later means; a retired one comes back, and does not count either.
 *
 * <p>With {@code hold} above 0, values that stray do not count for later means, so that an anomaly
 * stays one for as long as it lasts; but once so many have strayed in a row they are what is usual
 * now, and the values before begin with them.
 *
 * <p>While there are fewer than min_samples values, the series ({@code series}, as PackedReading
 * names it) counts in a gauge {@code learning:rule:metric}.
 *
 * <p>Says all at once so that SQL needs one keyed step: with the mean of one OVER judged in SQL and
 * remembered in a second, every reading would be sent through the network twice.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = Strayed.Series.class,
            rawSerializer = Strayed.Serializer.class),
    output =
        @DataTypeHint(
            value = "ROW<`now` INT NOT NULL, `earlier` INT NOT NULL, mean DOUBLE, stddev DOUBLE>",
            bridgedTo = RowData.class))
public final class Strayed extends AggregateFunction<RowData, Strayed.Series> {
  private static final long serialVersionUID = 1;
  private static final int WITHIN = 0;
  private static final int ABOVE = 1;
  private static final int BELOW = 2;

  private transient UnjudgedSeries learning;

  /** The values before, where the last one lay, and what was made of this row. */
  public static final class Series {
    private Ring before = new Ring();

    /** The values that strayed since the last that did not; null when there is none. */
    private Ring held;

    private long newestMs = Long.MIN_VALUE;
    private int place;
    private int earlierPlace;
    private Ring.Stats stats;
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
      Double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      Boolean late,
      Boolean retired,
      Double multiplier,
      Long minSamples,
      Double minRelativeDeviation,
      Integer hold,
      Integer rows,
      byte[] name) {
    series.newestMs = Math.max(series.newestMs, time.getMillisecond());
    series.earlierPlace = series.place;
    series.stats = series.before.stats();
    if (retired) {
      series.place = WITHIN;
      return;
    }
    boolean strays = false;
    if (series.before.size() < minSamples) {
      boolean isLast = !late && series.before.size() + 1 >= minSamples;
      learning.tell(name, isLast);
    } else {
      Ring.Stats stats = series.stats;
      if (stats != null && stats.isBeyond(value, multiplier, minRelativeDeviation)) {
        series.place = value > stats.mean() ? ABOVE : BELOW;
        strays = true;
      } else if (time.getMillisecond() >= series.newestMs) {
        series.place = WITHIN;
      }
    }
    if (late) {
      return;
    }
    if (strays && hold > 0) {
      hold(series, value, hold, rows);
    } else {
      series.before.add(value, rows);
      series.held = null;
    }
  }

  private static void hold(Series series, double value, int hold, int rows) {
    if (series.held == null) {
      series.held = new Ring();
    }
    series.held.add(value, hold);
    if (series.held.size() == hold) {
      series.before = new Ring();
      for (int i = 0; i < hold; i++) {
        series.before.add(series.held.at(i), rows);
      }
      series.held = null;
    }
  }

  @Override
  public RowData getValue(Series series) {
    return GenericRowData.of(
        series.place,
        series.earlierPlace,
        series.stats == null ? null : series.stats.mean(),
        series.stats == null ? null : series.stats.stddev());
  }

  /** Writes the values before, those held, the newest time and the place. */
  public static final class Serializer extends TypeSerializerSingleton<Series> {
    private static final long serialVersionUID = 1;
    private static final Ring.Serializer RING = new Ring.Serializer();

    @Override
    public boolean isImmutableType() {
      return false;
    }

    @Override
    public Series createInstance() {
      return new Series();
    }

    @Override
    public Series copy(Series from) {
      Series copy = new Series();
      copy.before = RING.copy(from.before);
      copy.held = from.held == null ? null : RING.copy(from.held);
      copy.newestMs = from.newestMs;
      copy.place = from.place;
      copy.earlierPlace = from.earlierPlace;
      copy.stats = from.stats;
      return copy;
    }

    @Override
    public Series copy(Series from, Series reuse) {
      return copy(from);
    }

    @Override
    public int getLength() {
      return -1;
    }

    /** What was made of the last row is not written: the next row makes it anew. */
    @Override
    public void serialize(Series series, DataOutputView target) throws IOException {
      RING.serialize(series.before, target);
      target.writeBoolean(series.held != null);
      if (series.held != null) {
        RING.serialize(series.held, target);
      }
      target.writeLong(series.newestMs);
      target.writeInt(series.place);
    }

    @Override
    public Series deserialize(DataInputView source) throws IOException {
      Series series = new Series();
      series.before = RING.deserialize(source);
      series.held = source.readBoolean() ? RING.deserialize(source) : null;
      series.newestMs = source.readLong();
      series.place = source.readInt();
      return series;
    }

    @Override
    public Series deserialize(Series reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
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
