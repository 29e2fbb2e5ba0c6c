package tocsin.functions;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The alarm of a series, and its newest values with their mean and the σ of the population, for the
 * same cost however many values are kept.
 *
 * <p>It carries on the sum of the values' distances from one of them, and that of the squares: a
 * new value enters both, the oldest leaves them. What rounding may have left in them is known: at
 * most so many changes, each of the last digit of the largest square. Where that could show in σ²
 * (after an outlier has left, or when the values have moved far), all values are added up anew,
 * twice: the difference of two sums of squares leaves nothing of numbers like 1e9 ± 1. For a
 * constant series the mean is exact and σ is exactly zero.
 *
 * <p>Alarm and values are one object because, with many series, each more on the way is a wait for
 * memory.
 */
class Baseline extends AlarmState {
  /** Squares and sums of up to 10,000 smaller numbers are finite. */
  private static final double LARGEST = 1e150;

  /** Of σ²: what rounding may change. */
  private static final double TOLERANCE = 1e-10;

  private static final double LAST_DIGIT = Math.ulp(1.0);
  private static final int FEW_CHANGES = 64;

  /** How many of the values are too large to be squared. */
  private int tooLarge;

  private double origin;
  private double sum;
  private double squares;

  /** The largest distance from the origin that was ever in the sums, and how often they changed. */
  private double farthest;

  private int changes;

  private double mean = Double.NaN;
  private double stddev = Double.NaN;

  /** As it was at the last {@link #measure}; NaN without values, and with one that is too large. */
  final double mean() {
    return mean;
  }

  final double stddev() {
    return stddev;
  }

  @Override
  final void add(double value, int limit) {
    super.add(value, limit);
    enter(value);
  }

  @Override
  final double removeOldest() {
    double oldest = super.removeOldest();
    leave(oldest);
    return oldest;
  }

  private void enter(double value) {
    if (isTooLarge(value)) {
      tooLarge++;
      return;
    }
    if (size() == 1) {
      begin(value);
    }
    double distance = value - origin;
    sum += distance;
    squares += distance * distance;
    farthest = Math.max(farthest, Math.abs(distance));
    changes++;
  }

  private void leave(double value) {
    if (isTooLarge(value)) {
      tooLarge--;
      return;
    }
    double distance = value - origin;
    sum -= distance;
    squares -= distance * distance;
    changes++;
  }

  private void begin(double newOrigin) {
    origin = newOrigin;
    sum = 0;
    squares = 0;
    farthest = 0;
    changes = 0;
  }

  private static boolean isTooLarge(double value) {
    return Math.abs(value) > LARGEST;
  }

  /** Says mean and σ of the values as they are now. */
  final void measure() {
    int size = size();
    if (size == 0 || tooLarge > 0) {
      mean = Double.NaN;
      stddev = Double.NaN;
      return;
    }
    double shift = sum / size;
    double variance = squares / size - shift * shift;
    double lost = (changes + size) * LAST_DIGIT * farthest * farthest;
    if (changes > 2 * size + FEW_CHANGES || !(lost <= TOLERANCE * variance)) {
      addUp();
      return;
    }
    mean = origin + shift;
    stddev = Math.sqrt(variance);
  }

  /** True when it is further from the mean than both bounds allow. */
  final boolean isBeyond(double value, double multiplier, double minRelativeDeviation) {
    double distance = Math.abs(value - mean());
    return distance > multiplier * stddev() && distance > minRelativeDeviation * Math.abs(mean());
  }

  /** Goes over the values, and once more for the squares of their distances from the mean. */
  private void addUp() {
    int size = size();
    begin(at(0));
    for (int place = 0; place < size; place++) {
      double distance = at(place) - origin;
      sum += distance;
      squares += distance * distance;
      farthest = Math.max(farthest, Math.abs(distance));
    }
    mean = origin + sum / size;
    double fromMean = 0;
    for (int place = 0; place < size; place++) {
      double distance = at(place) - mean;
      fromMean += distance * distance;
    }
    stddev = Math.sqrt(fromMean / size);
  }

  /** Has others for its values, but still says how those before were measured last. */
  final void beginAnew(Ring others, int limit) {
    clear();
    begin(0);
    tooLarge = 0;
    for (int place = 0; place < others.size(); place++) {
      add(others.at(place), limit);
    }
  }

  /** The sums, too: who goes on from what was written says the same to the last digit. */
  @Override
  void write(DataOutputView target) throws IOException {
    super.write(target);
    target.writeDouble(origin);
    target.writeDouble(sum);
    target.writeDouble(squares);
    target.writeDouble(farthest);
    target.writeInt(changes);
  }

  @Override
  void read(DataInputView source) throws IOException {
    super.read(source);
    for (int place = 0; place < size(); place++) {
      tooLarge += isTooLarge(at(place)) ? 1 : 0;
    }
    origin = source.readDouble();
    sum = source.readDouble();
    squares = source.readDouble();
    farthest = source.readDouble();
    changes = source.readInt();
  }
}
