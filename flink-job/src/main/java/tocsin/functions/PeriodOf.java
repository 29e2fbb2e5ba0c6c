package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code PERIOD_OF(time, length_ms, key, …)}: the number of the period of that length in which a
 * time lies. A hash of the key shifts where periods begin, so that different keys begin at
 * different times.
 */
public final class PeriodOf extends ScalarFunction {
  private static final long serialVersionUID = 1;

  public @DataTypeHint("BIGINT NOT NULL") long eval(
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      @DataTypeHint("INT") Integer lengthMs,
      @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData... key) {
    int hash = 0;
    for (StringData part : key) {
      hash = hash * 31 + part.hashCode();
    }
    return eval(time, lengthMs, hash);
  }

  public @DataTypeHint("BIGINT NOT NULL") long eval(
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      @DataTypeHint("INT") Integer lengthMs,
      @DataTypeHint("INT") Integer hash) {
    // The texts' own hashes differ little for names like pump-1 and pump-2.
    int spread = hash * 0x9E3779B1;
    long shiftMs = Math.floorMod(spread ^ spread >>> 15, lengthMs);
    return Math.floorDiv(time.getMillisecond() + shiftMs, (long) lengthMs);
  }
}
