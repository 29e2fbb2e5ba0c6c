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

/**
 * {@code RATE_ALARM(value, time, late, retired, unit_ms, min_ms, low, high, is_critical, period)}:
 * by how much the value changes in {@code unit_ms} ({@code rate}), from the row that it is compared
 * with to this one. A row that is late or retired, older than that one, or newer by less than
 * {@code min_ms}, is not compared and has no rate; every other is what the next one is compared
 * with. The first has no rate either, nor has one whose difference is too large to reckon with.
 *
 * <p>The alarm is 1 for a rate above {@code high}, 2 for one below {@code low} (a limit that is
 * null has nothing beyond it), 0 for any other rate; without a rate it stays. A retired row has 0.
 * The newest values are rates. The columns of {@link AlarmState} come first; a row without an alarm
 * before and after it has no others.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = RateAlarm.Last.class,
            rawSerializer = RateAlarm.Serializer.class),
    output =
        @DataTypeHint(
            value = "ROW<" + AlarmState.COLUMNS + ", rate DOUBLE>",
            bridgedTo = RowData.class))
public final class RateAlarm extends AggregateFunction<RowData, RateAlarm.Last> {
  private static final long serialVersionUID = 1;
  private static final int NONE = 0;
  private static final int RISES = 1;
  private static final int FALLS = 2;
  private static final int OWN_COLUMNS = 1;
  private static final RowData QUIET = AlarmState.quiet(OWN_COLUMNS);

  /** Smaller differences give a number in every unit. */
  private static final double TOO_LARGE = 1e300;

  /** The row to compare the next one with, and what was made of this one. */
  public static final class Last extends AlarmState {
    private boolean isKnown;
    private double value;
    private long timeMs;
    private boolean hasRate;
    private double rate;

    private void compare(double newValue, long newTimeMs, double unitMs, double minMs) {
      long elapsedMs = newTimeMs - timeMs;
      if (isKnown && elapsedMs < minMs) {
        return;
      }
      double difference = newValue - value;
      hasRate = isKnown && Math.abs(difference) < TOO_LARGE;
      if (hasRate) {
        rate = difference * unitMs / elapsedMs;
        remember(rate);
      }
      isKnown = true;
      value = newValue;
      timeMs = newTimeMs;
    }

    private int judgement(Double low, Double high) {
      if (!hasRate) {
        return SAME;
      }
      if (high != null && rate > high) {
        return RISES;
      }
      return low != null && rate < low ? FALLS : NONE;
    }

    /** What was made of this row is not written: the next row makes it anew. */
    @Override
    void write(DataOutputView target) throws IOException {
      super.write(target);
      target.writeBoolean(isKnown);
      target.writeDouble(value);
      target.writeLong(timeMs);
    }

    @Override
    void read(DataInputView source) throws IOException {
      super.read(source);
      isKnown = source.readBoolean();
      value = source.readDouble();
      timeMs = source.readLong();
    }
  }

  @Override
  public Last createAccumulator() {
    return new Last();
  }

  public void accumulate(
      Last last,
      double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      boolean late,
      boolean retired,
      int unitMs,
      double minMs,
      Double low,
      Double high,
      boolean isCritical,
      long period) {
    last.hasRate = false;
    if (!late && !retired) {
      last.compare(value, time.getMillisecond(), unitMs, minMs);
    }
    last.take(retired ? NONE : last.judgement(low, high), isCritical, period);
  }

  @Override
  public RowData getValue(Last last) {
    if (last.isQuiet()) {
      return QUIET;
    }
    GenericRowData row = last.told(OWN_COLUMNS);
    row.setField(AlarmState.OWN, last.hasRate ? last.rate : null);
    return row;
  }

  /** Writes what the row says of itself. */
  public static final class Serializer extends AlarmState.Serializer<Last> {
    private static final long serialVersionUID = 1;

    @Override
    public Last createInstance() {
      return new Last();
    }

    @Override
    public TypeSerializerSnapshot<Last> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Tells Flink which serializer wrote a snapshot. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Last> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
