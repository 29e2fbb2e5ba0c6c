package tocsin.functions;

import java.util.Arrays;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code DRIFT(value, warm_up, slack, threshold)}: a two-sided CUSUM (Page 1954). Mean and σ are
 * learned once, from the first {@code warm_up} values. From then on each value adds its distance
 * from the mean, in σ and less the slack, to a sum for each side that never falls below zero: small
 * distances to both sides cancel out, small distances to one side add up. {@code risen} and {@code
 * fallen} are the sums, {@code risen_to} and {@code fallen_to} the means of the values since each
 * sum last was zero.
 *
 * <p>Outliers decide nothing: they are left out of mean and σ, and no value counts for more than 4
 * σ. A sum ends at twice the threshold, so that it comes down again when the values do.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = Slots.class,
            rawSerializer = Slots.Serializer.class),
    output =
        @DataTypeHint(
            value =
                "ROW<mean DOUBLE, stddev DOUBLE, risen DOUBLE, fallen DOUBLE, risen_to DOUBLE,"
                    + " fallen_to DOUBLE>",
            bridgedTo = RowData.class))
public final class Drift extends AggregateFunction<RowData, Slots> {
  private static final long serialVersionUID = 1;

  /** Values that are waited for: −1 when mean and σ are known, else the values follow behind. */
  private static final int SAMPLES = 0;

  private static final int MEAN = 1;
  private static final int STDDEV = 2;
  private static final int RISEN = 3;
  private static final int FALLEN = 4;

  /** Sum of the values since a sum was zero, and behind it their count. */
  private static final int RISEN_VALUES = 5;

  private static final int FALLEN_VALUES = 7;
  private static final int HEADER = 9;

  private static final double LARGEST_DISTANCE = 4;

  /** Of the median of the distances from the median: beyond that a value is an outlier. */
  private static final double OUTLIER = 7;

  private static final RowData LEARNING = GenericRowData.of(null, null, null, null, null, null);

  @Override
  public Slots createAccumulator() {
    return new Slots(new double[HEADER]);
  }

  public void accumulate(Slots drift, Double value, Double warmUp, Double slack, Double threshold) {
    // Squares and sums of larger numbers are not finite.
    if (value == null || Math.abs(value) > 1e150) {
      return;
    }
    if (drift.at(SAMPLES) < 0) {
      double distance = distance(value - drift.at(MEAN), drift.at(STDDEV));
      addUp(drift, RISEN, RISEN_VALUES, distance - slack, value, threshold);
      addUp(drift, FALLEN, FALLEN_VALUES, -distance - slack, value, threshold);
      return;
    }
    int samples = (int) drift.at(SAMPLES) + 1;
    if (drift.size() < HEADER + samples) {
      drift.resize(HEADER + Math.max(8, 2 * samples));
    }
    drift.set(HEADER + samples - 1, value);
    drift.set(SAMPLES, samples);
    if (samples >= warmUp) {
      learn(drift, drift.range(HEADER, HEADER + samples));
    }
  }

  private static double distance(double difference, double stddev) {
    if (difference == 0) {
      return 0;
    }
    // Of a constant any change counts in full.
    double distance = difference / stddev;
    return Math.max(-LARGEST_DISTANCE, Math.min(LARGEST_DISTANCE, distance));
  }

  private static void addUp(
      Slots drift, int sumAt, int valuesAt, double distance, double value, double threshold) {
    double sum = Math.min(drift.at(sumAt) + distance, 2 * threshold);
    if (sum <= 0) {
      drift.set(sumAt, 0);
      drift.set(valuesAt, 0);
      drift.set(valuesAt + 1, 0);
    } else {
      drift.set(sumAt, sum);
      drift.add(valuesAt, value);
      drift.add(valuesAt + 1, 1);
    }
  }

  private static void learn(Slots drift, double[] values) {
    double median = median(values.clone());
    double spread = median(Arrays.stream(values).map(value -> Math.abs(value - median)).toArray());
    double[] kept =
        spread == 0
            ? values
            : Arrays.stream(values)
                .filter(value -> Math.abs(value - median) <= OUTLIER * spread)
                .toArray();
    // Counted from the median: for a constant series the mean is exact and σ is exactly zero.
    double mean = median + Arrays.stream(kept).map(value -> value - median).sum() / kept.length;
    double squares = Arrays.stream(kept).map(value -> (value - mean) * (value - mean)).sum();
    drift.resize(HEADER);
    drift.set(SAMPLES, -1);
    drift.set(MEAN, mean);
    drift.set(STDDEV, Math.sqrt(squares / (kept.length - 1)));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : values[middle - 1] / 2 + values[middle] / 2;
  }

  @Override
  public RowData getValue(Slots drift) {
    return drift.at(SAMPLES) >= 0
        ? LEARNING
        : GenericRowData.of(
            drift.at(MEAN),
            drift.at(STDDEV),
            drift.at(RISEN),
            drift.at(FALLEN),
            meanOf(drift, RISEN_VALUES),
            meanOf(drift, FALLEN_VALUES));
  }

  private static Double meanOf(Slots drift, int valuesAt) {
    double count = drift.at(valuesAt + 1);
    return count == 0 ? null : drift.at(valuesAt) / count;
  }
}
