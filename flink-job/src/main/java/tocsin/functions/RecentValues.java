package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code RECENT_VALUES(value, limit)}: the newest values, oldest first, this row's last. Meant for
 * {@code OVER (… ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)}.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(value = "RAW", bridgedTo = Ring.class, rawSerializer = Ring.Serializer.class),
    output = @DataTypeHint(value = "ARRAY<DOUBLE NOT NULL>", bridgedTo = double[].class))
public final class RecentValues extends AggregateFunction<double[], Ring> {
  private static final long serialVersionUID = 1;

  @Override
  public Ring createAccumulator() {
    return new Ring();
  }

  public void accumulate(Ring ring, Double value, Integer limit) {
    if (value != null) {
      ring.add(value, limit);
    }
  }

  @Override
  public double[] getValue(Ring ring) {
    return ring.toArray();
  }
}
