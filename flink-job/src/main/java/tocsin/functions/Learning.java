package tocsin.functions;

import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code LEARNING(is_learning, series_name)}: its first argument; while that is true the series
 * counts in the gauge {@code learning:rule:metric}.
 */
public final class Learning extends ScalarFunction {
  private static final long serialVersionUID = 1;

  private transient UnjudgedSeries learning;

  @Override
  public void open(FunctionContext context) {
    learning = new UnjudgedSeries(context.getMetricGroup(), UnjudgedSeries.LEARNING);
  }

  public Boolean eval(Boolean isLearning, byte[] seriesName) {
    learning.tell(seriesName, !Boolean.TRUE.equals(isLearning));
    return isLearning;
  }

  /** What it counts is not in what it returns: no call may be left out. */
  @Override
  public boolean isDeterministic() {
    return false;
  }
}
