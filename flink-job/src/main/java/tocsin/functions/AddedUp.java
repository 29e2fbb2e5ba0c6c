package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AggregateFunction;
import tocsin.rules.Sums;

/**
 * {@code ADDED_UP(sums)}: count, sum, mean, smallest, largest and σ of readings that came in parts.
 * The same whatever the parts were. {@code total}, {@code mean} and {@code deviation} are null
 * where a part's rule did not ask for them, and where they pass what a double holds. Can be merged,
 * as hopping windows need.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            value =
                "ROW<readings BIGINT, total DOUBLE, mean DOUBLE, smallest DOUBLE, largest DOUBLE,"
                    + " deviation DOUBLE>",
            bridgedTo = RowData.class))
public final class AddedUp extends AggregateFunction<RowData, AddedUp.Held> {
  private static final long serialVersionUID = 1;

  /** The sums of all parts so far, null before the first. */
  public static class Held {
    public byte[] sums;
  }

  @Override
  public Held createAccumulator() {
    return new Held();
  }

  public void accumulate(Held held, byte[] sums) {
    if (held.sums == null || sums == null) {
      held.sums = sums == null ? held.sums : sums;
      return;
    }
    Sums all = Sums.of(held.sums);
    all.add(Sums.of(sums));
    held.sums = all.toBytes();
  }

  public void merge(Held held, Iterable<Held> others) {
    for (Held other : others) {
      accumulate(held, other.sums);
    }
  }

  @Override
  public RowData getValue(Held held) {
    if (held.sums == null) {
      return null;
    }
    Sums sums = Sums.of(held.sums);
    return GenericRowData.of(
        sums.readings(),
        sums.total(),
        sums.mean(),
        sums.smallest(),
        sums.largest(),
        sums.deviation());
  }
}
