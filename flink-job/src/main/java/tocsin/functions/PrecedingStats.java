package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code PRECEDING_STATS(value, limit)}: count, mean and population σ of the newest values before
 * this row, of which a null is none. Meant for {@code OVER (… ROWS BETWEEN UNBOUNDED PRECEDING AND
 * CURRENT ROW)}. Flink's frames end with the row itself, and its σ subtracts two sums of squares,
 * which leaves nothing of values like 1e9 ± 1; this one goes over the values twice.
 *
 * <p>Mean and σ are null before the first value, and when a number is too large to be squared.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(value = "RAW", bridgedTo = Ring.class, rawSerializer = Ring.Serializer.class),
    output =
        @DataTypeHint(
            value = "ROW<samples BIGINT NOT NULL, mean DOUBLE, stddev DOUBLE>",
            bridgedTo = RowData.class))
public final class PrecedingStats extends AggregateFunction<RowData, Ring> {
  private static final long serialVersionUID = 1;

  @Override
  public Ring createAccumulator() {
    return new Ring();
  }

  public void accumulate(Ring ring, Double value, Integer limit) {
    ring.addBehind(value == null ? Double.NaN : value, limit);
  }

  @Override
  public RowData getValue(Ring ring) {
    int samples = ring.size();
    Ring.Stats stats = ring.stats();
    return stats == null
        ? GenericRowData.of((long) samples, null, null)
        : GenericRowData.of((long) samples, stats.mean(), stats.stddev());
  }
}
