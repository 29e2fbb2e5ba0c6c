package tocsin.functions;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code LIMIT_ALARM(value, time, retired, low_low, low, high, high_high, dead_band,
 * min_duration_ms, is_critical, period)}: which of its limits a series is beyond after this row
 * ({@code now}) and before it ({@code earlier}): 1 high_high, 2 low_low, 3 high, 4 low, 0 none;
 * with the other columns of {@link AlarmState}.
 *
 * <p>Each limit is a switch of its own, and the first that is on, in the order of the numbers, is
 * the alarm. An upper limit switches on when {@code value > limit}; off when there is no such
 * limit, {@code value <= limit - dead_band}, or {@code value <} the inner lower limit ({@code low},
 * or {@code low_low} where there is no {@code low}); in between it stays as it is. A lower limit is
 * its mirror image: on when {@code value < limit}; off without a limit, when {@code value >= limit
 * + dead_band}, or {@code value >} the inner upper limit ({@code high}, or {@code high_high}).
 *
 * <p>A row with a time older than the newest switches nothing off. With a {@code min_duration_ms}
 * above zero a switch goes on only when the value of each row for so long, by the rows' time, was
 * beyond the limit; rows older than the newest count neither for nor against. A retired row
 * switches all off, whatever its value and time are; it counts among the values.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = LimitAlarm.Series.class,
            rawSerializer = LimitAlarm.Serializer.class),
    output = @DataTypeHint(value = "ROW<" + AlarmState.COLUMNS + ">", bridgedTo = RowData.class))
public final class LimitAlarm extends AggregateFunction<RowData, LimitAlarm.Series> {
  private static final long serialVersionUID = 1;

  private static final int LIMITS = 4;
  private static final RowData QUIET = AlarmState.quiet(0);

  /** The switches of one series. */
  public static final class Series extends AlarmState {
    private static final long NOT_HELD = Long.MIN_VALUE;

    /** One bit a limit, the first one lowest. */
    private int on;

    private long newestMs = Long.MIN_VALUE;

    /**
     * Since when the values have been beyond each limit that waits for its duration; null when none
     * does.
     */
    private long[] heldSinceMs;

    private void allOff() {
      on = 0;
      heldSinceMs = null;
    }

    private int first() {
      return on == 0 ? 0 : Integer.numberOfTrailingZeros(on) + 1;
    }

    /** Turns the switch of a limit, which a value is beyond, back inside, or neither. */
    private void turn(
        int limit, boolean isBeyond, boolean isInside, boolean isInOrder, long minDurationMs) {
      if (isBeyond) {
        if (minDurationMs <= 0 || hasHeld(limit, isInOrder, minDurationMs)) {
          on |= 1 << limit;
        }
      } else if (isInOrder) {
        if (heldSinceMs != null) {
          heldSinceMs[limit] = NOT_HELD;
        }
        if (isInside) {
          on &= ~(1 << limit);
        }
      }
    }

    private boolean hasHeld(int limit, boolean isInOrder, long minDurationMs) {
      if (!isInOrder) {
        return false;
      }
      if (heldSinceMs == null) {
        heldSinceMs = new long[LIMITS];
        Arrays.fill(heldSinceMs, NOT_HELD);
      }
      if (heldSinceMs[limit] == NOT_HELD) {
        heldSinceMs[limit] = newestMs;
      }
      return newestMs - heldSinceMs[limit] >= minDurationMs;
    }

    @Override
    void write(DataOutputView target) throws IOException {
      super.write(target);
      target.writeByte(on);
      target.writeLong(newestMs);
      target.writeBoolean(heldSinceMs != null);
      for (int limit = 0; heldSinceMs != null && limit < LIMITS; limit++) {
        target.writeLong(heldSinceMs[limit]);
      }
    }

    @Override
    void read(DataInputView source) throws IOException {
      super.read(source);
      on = source.readByte();
      newestMs = source.readLong();
      if (source.readBoolean()) {
        heldSinceMs = new long[LIMITS];
        for (int limit = 0; limit < LIMITS; limit++) {
          heldSinceMs[limit] = source.readLong();
        }
      }
    }

    @Override
    protected Series clone() {
      Series copy = (Series) super.clone();
      copy.heldSinceMs = heldSinceMs == null ? null : heldSinceMs.clone();
      return copy;
    }
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
      boolean retired,
      Double lowLow,
      Double low,
      Double high,
      Double highHigh,
      double deadBand,
      long minDurationMs,
      boolean isCritical,
      long period) {
    if (retired) {
      series.allOff();
    } else {
      judge(
          series,
          value,
          time.getMillisecond(),
          orNone(lowLow),
          orNone(low),
          orNone(high),
          orNone(highHigh),
          deadBand,
          minDurationMs);
    }
    series.take(series.first(), isCritical, period);
    series.remember(value);
  }

  /** No number is beyond a limit that is none, nor is one inside it. */
  private static double orNone(Double limit) {
    return limit == null ? Double.NaN : limit;
  }

  private static void judge(
      Series series,
      double value,
      long timeMs,
      double lowLow,
      double low,
      double high,
      double highHigh,
      double deadBand,
      long holdMs) {
    boolean isInOrder = timeMs >= series.newestMs;
    if (isInOrder) {
      series.newestMs = timeMs;
    }
    boolean isBeyondNone =
        !(value > high) && !(value < low) && !(value > highHigh) && !(value < lowLow);
    if (isBeyondNone && series.on == 0 && series.heldSinceMs == null) {
      return;
    }
    boolean isBelow = value < (Double.isNaN(low) ? lowLow : low);
    boolean isAbove = value > (Double.isNaN(high) ? highHigh : high);
    boolean isNotHigh = isBelow || Double.isNaN(high) || value <= high - deadBand;
    boolean isNotHighHigh = isBelow || Double.isNaN(highHigh) || value <= highHigh - deadBand;
    boolean isNotLow = isAbove || Double.isNaN(low) || value >= low + deadBand;
    boolean isNotLowLow = isAbove || Double.isNaN(lowLow) || value >= lowLow + deadBand;
    series.turn(0, value > highHigh, isNotHighHigh, isInOrder, holdMs);
    series.turn(1, value < lowLow, isNotLowLow, isInOrder, holdMs);
    series.turn(2, value > high, isNotHigh, isInOrder, holdMs);
    series.turn(3, value < low, isNotLow, isInOrder, holdMs);
  }

  @Override
  public RowData getValue(Series series) {
    return series.isQuiet() ? QUIET : series.told(0);
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
