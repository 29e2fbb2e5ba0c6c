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
 * {@code FLAT_ALARM(value, time, late, retired, readings, duration_seconds, tolerance, is_critical,
 * period)}: for how many readings, this one included ({@code run_readings}), and for how many
 * milliseconds ({@code run_ms}) the value has not changed. It has when largest and smallest since
 * then lie further apart than the tolerance: a slow creep of small steps is a change. A row that is
 * late, retired or older than the newest of the run neither ends nor lengthens it.
 *
 * <p>The alarm is 1 while the run has at least two readings, at least as many as {@code readings},
 * and has lasted for at least {@code duration_seconds}; else 0. A retired row has 0. Every row but
 * retired ones is among the newest values. The columns of {@link AlarmState} come first; a row
 * without an alarm before and after it has no others.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = FlatAlarm.Run.class,
            rawSerializer = FlatAlarm.Serializer.class),
    output =
        @DataTypeHint(
            value = "ROW<" + AlarmState.COLUMNS + ", run_readings BIGINT, run_ms BIGINT>",
            bridgedTo = RowData.class))
public final class FlatAlarm extends AggregateFunction<RowData, FlatAlarm.Run> {
  private static final long serialVersionUID = 1;
  private static final int NONE = 0;
  private static final int FLAT = 1;
  private static final int OWN_COLUMNS = 2;
  private static final RowData QUIET = AlarmState.quiet(OWN_COLUMNS);

  /** The readings since the value last changed. */
  public static final class Run extends AlarmState {
    private double smallest;
    private double largest;
    private long readings;
    private long sinceMs;
    private long newestMs = Long.MIN_VALUE;

    private void add(double value, long timeMs, double tolerance) {
      if (timeMs < newestMs) {
        return;
      }
      newestMs = timeMs;
      smallest = Math.min(value, smallest);
      largest = Math.max(value, largest);
      if (readings == 0 || largest - smallest > tolerance) {
        smallest = value;
        largest = value;
        readings = 1;
        sinceMs = timeMs;
      } else {
        readings++;
      }
    }

    private boolean isFlat(double leastReadings, double leastSeconds) {
      return readings >= 2 && readings >= leastReadings && lastedMs() >= 1000 * leastSeconds;
    }

    private long lastedMs() {
      return newestMs - sinceMs;
    }

    @Override
    void write(DataOutputView target) throws IOException {
      super.write(target);
      target.writeDouble(smallest);
      target.writeDouble(largest);
      target.writeLong(readings);
      target.writeLong(sinceMs);
      target.writeLong(newestMs);
    }

    @Override
    void read(DataInputView source) throws IOException {
      super.read(source);
      smallest = source.readDouble();
      largest = source.readDouble();
      readings = source.readLong();
      sinceMs = source.readLong();
      newestMs = source.readLong();
    }
  }

  @Override
  public Run createAccumulator() {
    return new Run();
  }

  public void accumulate(
      Run run,
      double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      boolean late,
      boolean retired,
      double readings,
      double durationSeconds,
      double tolerance,
      boolean isCritical,
      long period) {
    if (!retired) {
      run.remember(value);
      if (!late) {
        run.add(value, time.getMillisecond(), tolerance);
      }
    }
    boolean isFlat = !retired && run.isFlat(readings, durationSeconds);
    run.take(isFlat ? FLAT : NONE, isCritical, period);
  }

  @Override
  public RowData getValue(Run run) {
    if (run.isQuiet()) {
      return QUIET;
    }
    GenericRowData row = run.told(OWN_COLUMNS);
    row.setField(AlarmState.OWN, run.readings);
    row.setField(AlarmState.OWN + 1, run.readings == 0 ? 0L : run.lastedMs());
    return row;
  }

  /** Writes what the run says of itself. */
  public static final class Serializer extends AlarmState.Serializer<Run> {
    private static final long serialVersionUID = 1;

    @Override
    public Run createInstance() {
      return new Run();
    }

    @Override
    public TypeSerializerSnapshot<Run> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Tells Flink which serializer wrote a snapshot. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Run> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
