package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.types.Row;
import tocsin.rules.PackedReading;

/** {@code NAMES(series_name)}: the names that stand in it. */
public final class Names extends ScalarFunction {
  private static final long serialVersionUID = 1;

  public @DataTypeHint(
      "ROW<rule_id STRING NOT NULL, source STRING NOT NULL, entity STRING NOT NULL, metric STRING"
          + " NOT NULL>") Row eval(byte[] seriesName) {
    return Row.of((Object[]) PackedReading.namesOf(seriesName));
  }
}
