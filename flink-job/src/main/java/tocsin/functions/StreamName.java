package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code STREAM_NAME('readings')}: the name as it stands there. The planner takes a plain text for
 * a constant and sets it once more behind the reader, in an operator that copies each text of each
 * reading; of this function it does not know what it returns.
 */
public final class StreamName extends ScalarFunction {
  private static final long serialVersionUID = 1;

  public @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData eval(
      @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData name) {
    return name;
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }
}
