package tocsin.functions;

import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import tocsin.rules.PackedReading;

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
    boolean isHeard = Boolean.TRUE.equals(isLearning);
    if (isHeard || !learning.isEmpty()) {
      String[] ruleAndMetric = PackedReading.ruleAndMetricOf(seriesName);
      long series = UnjudgedSeries.hash(seriesName);
      if (isHeard) {
        learning.heard(ruleAndMetric[0], ruleAndMetric[1], series);
      } else {
        learning.judged(ruleAndMetric[0], ruleAndMetric[1], series);
      }
    }
    return isLearning;
  }

  /** What it counts is not in what it returns: no call may be left out. */
  @Override
  public boolean isDeterministic() {
    return false;
  }
}
