package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code PRECEDING(value, time, min_ms)}: the value that this one is to be compared with ({@code
 * value}) and how much older it is ({@code elapsed_ms}); both null where there is none that is
 * older by {@code min_ms}. A row that is compared is the one to compare the next with. So rows in a
 * burst, rows out of order and nulls are neither compared nor compared with.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = Slots.class,
            rawSerializer = Slots.Serializer.class),
    output =
        @DataTypeHint(value = "ROW<`value` DOUBLE, elapsed_ms BIGINT>", bridgedTo = RowData.class))
public final class Preceding extends AggregateFunction<RowData, Slots> {
  private static final long serialVersionUID = 1;

  private static final int VALUE = 0;
  private static final int TIME_MS = 1;
  private static final int TOLD_VALUE = 2;
  private static final int TOLD_MS = 3;
  private static final RowData NONE = GenericRowData.of(null, null);

  @Override
  public Slots createAccumulator() {
    return new Slots(0, Double.NaN, 0, Double.NaN);
  }

  public void accumulate(
      Slots last,
      Double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      Double minMs) {
    last.set(TOLD_MS, Double.NaN);
    if (value == null) {
      return;
    }
    double elapsedMs = time.getMillisecond() - last.at(TIME_MS);
    if (elapsedMs < minMs) {
      return;
    }
    // NaN before the first: nothing to compare with.
    last.set(TOLD_VALUE, last.at(VALUE));
    last.set(TOLD_MS, elapsedMs);
    last.set(VALUE, value);
    last.set(TIME_MS, time.getMillisecond());
  }

  @Override
  public RowData getValue(Slots last) {
    return Double.isNaN(last.at(TOLD_MS))
        ? NONE
        : GenericRowData.of(last.at(TOLD_VALUE), (long) last.at(TOLD_MS));
  }
}
