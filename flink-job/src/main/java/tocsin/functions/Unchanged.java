package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code UNCHANGED(value, time, tolerance)}: for how many readings, this one included, and for how
 * many milliseconds the value has not changed. It has when largest and smallest since then lie
 * further apart than the tolerance: a slow creep of small steps is a change. A value that is null
 * or older than the newest neither ends nor lengthens the run.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = Slots.class,
            rawSerializer = Slots.Serializer.class),
    output =
        @DataTypeHint(
            value = "ROW<readings BIGINT NOT NULL, lasted_ms BIGINT NOT NULL>",
            bridgedTo = RowData.class))
public final class Unchanged extends AggregateFunction<RowData, Slots> {
  private static final long serialVersionUID = 1;

  private static final int SMALLEST = 0;
  private static final int LARGEST = 1;
  private static final int READINGS = 2;
  private static final int SINCE_MS = 3;
  private static final int NEWEST_MS = 4;

  @Override
  public Slots createAccumulator() {
    return new Slots(0, 0, 0, 0, 0);
  }

  public void accumulate(
      Slots run,
      Double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      Double tolerance) {
    if (value == null) {
      return;
    }
    double timeMs = time.getMillisecond();
    boolean isFirst = run.at(READINGS) == 0;
    if (!isFirst && timeMs < run.at(NEWEST_MS)) {
      return;
    }
    double smallest = isFirst ? value : Math.min(value, run.at(SMALLEST));
    double largest = isFirst ? value : Math.max(value, run.at(LARGEST));
    run.set(NEWEST_MS, timeMs);
    if (isFirst || largest - smallest > tolerance) {
      run.set(SMALLEST, value);
      run.set(LARGEST, value);
      run.set(READINGS, 1);
      run.set(SINCE_MS, timeMs);
    } else {
      run.set(SMALLEST, smallest);
      run.set(LARGEST, largest);
      run.add(READINGS, 1);
    }
  }

  @Override
  public RowData getValue(Slots run) {
    return GenericRowData.of(
        (long) run.at(READINGS), (long) (run.at(NEWEST_MS) - run.at(SINCE_MS)));
  }
}
