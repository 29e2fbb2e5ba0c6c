package tocsin.functions;

import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code STABLE_STDDEV(value)}: population σ that keeps its digits far from zero, unlike Flink's
 * own, which subtracts two sums of squares. Can be merged, as hopping windows need.
 */
public final class StableStddev extends AggregateFunction<Double, StableStddev.Moments> {
  private static final long serialVersionUID = 1;

  /** Count, mean and sum of squared distances from it (Welford, Chan). */
  public static class Moments {
    public long count;
    public double mean;
    public double sumOfSquares;
  }

  @Override
  public Moments createAccumulator() {
    return new Moments();
  }

  public void accumulate(Moments moments, Double value) {
    if (value != null) {
      moments.count++;
      double distance = value - moments.mean;
      moments.mean += distance / moments.count;
      moments.sumOfSquares += distance * (value - moments.mean);
    }
  }

  public void merge(Moments moments, Iterable<Moments> others) {
    for (Moments other : others) {
      long count = moments.count + other.count;
      if (other.count > 0) {
        double distance = other.mean - moments.mean;
        moments.sumOfSquares +=
            other.sumOfSquares + distance * distance * moments.count * other.count / count;
        moments.mean += distance * other.count / count;
        moments.count = count;
      }
    }
  }

  @Override
  public Double getValue(Moments moments) {
    return moments.count == 0 ? null : Math.sqrt(moments.sumOfSquares / moments.count);
  }
}
