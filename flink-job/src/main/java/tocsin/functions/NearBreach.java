package tocsin.functions;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code NEAR_BREACH(value, time, retired, low, high)}: on which side of the limits a value is
 * ({@code side}: 1 above {@code high}, 2 below {@code low}, 0 inside, as always when retired);
 * whether a row may matter to who looks for breaches in the order of time ({@code is_near}); the
 * time of the newest row that did not and is not after this one ({@code good_at}, null when there
 * is none); and the newest values ({@code recent_values}, this row's last). Only a row that is near
 * or retired has values.
 *
 * <p>A side above zero is beyond a limit and always matters. One of zero matters when it may be the
 * first after such a row, in the order of time: until one newer than every row beyond a limit was
 * let through, and wherever it is not the newest itself. So rows far from any breach need not be
 * put in order. One that lies between two rows beyond a limit and was left out, because it came
 * before them, is known by {@code good_at} of the second.
 *
 * <p>Only the newest {@value #KEPT} times left out are known. Where rows beyond a limit come later
 * than the good reading between them and than {@value #KEPT} others that are newer than it, a
 * breach seems uninterrupted that was not.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = NearBreach.Series.class,
            rawSerializer = NearBreach.Serializer.class),
    output =
        @DataTypeHint(
            value =
                "ROW<side INT NOT NULL, is_near BOOLEAN NOT NULL, good_at TIMESTAMP_LTZ(3),"
                    + " recent_values ARRAY<DOUBLE NOT NULL>>",
            bridgedTo = RowData.class))
public final class NearBreach extends AggregateFunction<RowData, NearBreach.Series> {
  private static final long serialVersionUID = 1;

  private static final int KEPT = 8;
  private static final long NEVER = Long.MIN_VALUE;
  private static final int INSIDE = 0;
  private static final int ABOVE = 1;
  private static final int BELOW = 2;
  private static final RowData FAR = GenericRowData.of(INSIDE, false, null, null);

  /** The rows of one series. */
  public static final class Series extends AlarmState {
    private long beyondMs = NEVER;
    private long letThroughMs = NEVER;
    private long goodAtMs = NEVER;
    private boolean isNear;
    private boolean isRetired;

    /** The times left out, the newest first. */
    private long[] leftOutMs = new long[KEPT];

    private int leftOutSize;

    private boolean isNear(long timeMs) {
      return timeMs <= letThroughMs || beyondMs != NEVER && letThroughMs <= beyondMs;
    }

    private long newestLeftOut(long untilMs) {
      for (int place = 0; place < leftOutSize; place++) {
        if (leftOutMs[place] <= untilMs) {
          return leftOutMs[place];
        }
      }
      return NEVER;
    }

    /** Keeps a time in its place among the newest; it forgets the oldest beyond their number. */
    private void leaveOut(long timeMs) {
      if (leftOutSize > 0 && leftOutMs[0] == timeMs) {
        return;
      }
      int end = leftOutSize;
      if (end < KEPT) {
        leftOutSize++;
      } else if (timeMs <= leftOutMs[--end]) {
        return;
      }
      int place = end;
      for (; place > 0 && leftOutMs[place - 1] < timeMs; place--) {
        leftOutMs[place] = leftOutMs[place - 1];
      }
      leftOutMs[place] = timeMs;
    }

    /** What was made of the last row is not written: the next row makes it anew. */
    @Override
    void write(DataOutputView target) throws IOException {
      super.write(target);
      target.writeLong(beyondMs);
      target.writeLong(letThroughMs);
      target.writeInt(leftOutSize);
      for (int place = 0; place < leftOutSize; place++) {
        target.writeLong(leftOutMs[place]);
      }
    }

    @Override
    void read(DataInputView source) throws IOException {
      super.read(source);
      beyondMs = source.readLong();
      letThroughMs = source.readLong();
      leftOutSize = source.readInt();
      for (int place = 0; place < leftOutSize; place++) {
        leftOutMs[place] = source.readLong();
      }
    }

    @Override
    protected Series clone() {
      Series copy = (Series) super.clone();
      copy.leftOutMs = Arrays.copyOf(leftOutMs, KEPT);
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
      Double low,
      Double high) {
    long timeMs = time.getMillisecond();
    int side = INSIDE;
    if (!retired) {
      series.remember(value);
      side = high != null && value > high ? ABOVE : low != null && value < low ? BELOW : INSIDE;
    }
    series.state = (byte) side;
    series.isRetired = retired;
    series.isNear = side != INSIDE || series.isNear(timeMs);
    if (!series.isNear) {
      series.leaveOut(timeMs);
    } else if (side == INSIDE) {
      series.letThroughMs = Math.max(series.letThroughMs, timeMs);
    } else {
      series.beyondMs = Math.max(series.beyondMs, timeMs);
    }
    if (series.isNear) {
      series.goodAtMs = series.newestLeftOut(timeMs);
    }
  }

  @Override
  public RowData getValue(Series series) {
    if (!series.isNear && !series.isRetired) {
      return FAR;
    }
    boolean hasGood = series.isNear && series.goodAtMs != NEVER;
    return GenericRowData.of(
        (int) series.state,
        series.isNear,
        hasGood ? TimestampData.fromEpochMillis(series.goodAtMs) : null,
        new GenericArrayData(series.recentValues()));
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
