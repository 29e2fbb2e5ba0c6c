package tocsin.functions;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What {@link DriftAlarm} remembers of a series: mean and σ, or what is to give them, and the sums.
 */
public final class DriftSums extends AlarmState {
  private static final int NONE = 0;
  private static final int RISEN = 1;
  private static final int FALLEN = 2;
  private static final double LARGEST_DISTANCE = 4;

  /** Of the median of the distances from the median: beyond that a value is an outlier. */
  private static final double OUTLIER = 7;

  private static final int FIRST_SIZE = 8;

  /** What is learned from; null once that is done. */
  private double[] samples = new double[FIRST_SIZE];

  private int samplesSize;
  private long newestMs = Long.MIN_VALUE;
  double mean;
  double stddev;
  double risen;
  double fallen;

  /** Of the values since a sum was last zero. */
  double risenValues;

  long risenCount;
  double fallenValues;
  long fallenCount;

  boolean isLearning() {
    return samples != null;
  }

  /** Takes a value of the reference. */
  void learnFrom(double value, double warmUp) {
    if (samplesSize == samples.length) {
      samples = Arrays.copyOf(samples, 2 * samplesSize);
    }
    samples[samplesSize++] = value;
    if (samplesSize >= warmUp) {
      learn(Arrays.copyOf(samples, samplesSize));
      samples = null;
    }
  }

  @Override
  public long bytes() {
    return super.bytes() + (samples == null ? 0 : (long) samples.length * Double.BYTES);
  }

  private void learn(double[] values) {
    double median = median(values.clone());
    double spread = median(Arrays.stream(values).map(value -> Math.abs(value - median)).toArray());
    double[] kept =
        spread == 0
            ? values
            : Arrays.stream(values)
                .filter(value -> Math.abs(value - median) <= OUTLIER * spread)
                .toArray();
    // Counted from the median: for a constant series the mean is exact and σ is exactly zero.
    double exact = median + Arrays.stream(kept).map(value -> value - median).sum() / kept.length;
    double squares = Arrays.stream(kept).map(value -> (value - exact) * (value - exact)).sum();
    mean = exact;
    stddev = Math.sqrt(squares / (kept.length - 1));
  }

  /** Takes a value once the reference is known. */
  void addUp(double value, double slack, double threshold) {
    double distance = distance(value - mean);
    risen = Math.min(risen + (distance - slack), 2 * threshold);
    if (risen <= 0) {
      risen = 0;
      risenValues = 0;
      risenCount = 0;
    } else {
      risenValues += value;
      risenCount++;
    }
    fallen = Math.min(fallen + (-distance - slack), 2 * threshold);
    if (fallen <= 0) {
      fallen = 0;
      fallenValues = 0;
      fallenCount = 0;
    } else {
      fallenValues += value;
      fallenCount++;
    }
  }

  private double distance(double difference) {
    if (difference == 0) {
      return 0;
    }
    // Of a constant any change counts in full.
    return Math.max(-LARGEST_DISTANCE, Math.min(LARGEST_DISTANCE, difference / stddev));
  }

  /** Takes the time of a row; true when no row before it was newer. */
  boolean isNewest(long timeMs) {
    newestMs = Math.max(newestMs, timeMs);
    return timeMs == newestMs;
  }

  /**
   * The number of the alarm.
   *
   * @param isNewest whether the row may end an alarm
   */
  int judgement(double threshold, boolean isNewest) {
    if (isLearning()) {
      return SAME;
    }
    if (risen > threshold && risen >= fallen) {
      return RISEN;
    }
    if (fallen > threshold) {
      return FALLEN;
    }
    boolean isBack = risen <= threshold / 2 && fallen <= threshold / 2;
    return isBack && isNewest ? NONE : SAME;
  }

  @Override
  void write(DataOutputView target) throws IOException {
    super.write(target);
    target.writeInt(isLearning() ? samplesSize : -1);
    for (int i = 0; isLearning() && i < samplesSize; i++) {
      target.writeDouble(samples[i]);
    }
    target.writeLong(newestMs);
    target.writeDouble(mean);
    target.writeDouble(stddev);
    target.writeDouble(risen);
    target.writeDouble(risenValues);
    target.writeLong(risenCount);
    target.writeDouble(fallen);
    target.writeDouble(fallenValues);
    target.writeLong(fallenCount);
  }

  @Override
  void read(DataInputView source) throws IOException {
    super.read(source);
    samplesSize = source.readInt();
    samples = samplesSize < 0 ? null : new double[Math.max(FIRST_SIZE, samplesSize)];
    for (int i = 0; i < samplesSize; i++) {
      samples[i] = source.readDouble();
    }
    newestMs = source.readLong();
    mean = source.readDouble();
    stddev = source.readDouble();
    risen = source.readDouble();
    risenValues = source.readDouble();
    risenCount = source.readLong();
    fallen = source.readDouble();
    fallenValues = source.readDouble();
    fallenCount = source.readLong();
  }

  @Override
  protected DriftSums clone() {
    DriftSums copy = (DriftSums) super.clone();
    copy.samples = samples == null ? null : samples.clone();
    return copy;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : values[middle - 1] / 2 + values[middle] / 2;
  }

  /** Writes what the sums say of themselves. */
  public static final class Serializer extends AlarmState.Serializer<DriftSums> {
    private static final long serialVersionUID = 1;

    @Override
    public DriftSums createInstance() {
      return new DriftSums();
    }

    @Override
    public TypeSerializerSnapshot<DriftSums> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Tells Flink which serializer wrote a snapshot. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<DriftSums> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
