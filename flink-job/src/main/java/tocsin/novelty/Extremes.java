package tocsin.novelty;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How far a number lies outside all, and outside most, of the numbers before it. Remembers the five
 * highest and lowest: the outermost pair bounds all, the innermost pair bounds most, so that one
 * wild reading long ago does not hide what comes later.
 */
final class Extremes {
  private static final int KEPT = 5;
  private static final int FEWEST = 20;

  /** What lies further out than this many widths is as new as can be. */
  private static final double FURTHEST = 10;

  private final double[] highest = new double[KEPT];
  private final double[] lowest = new double[KEPT];
  private long count;

  Extremes() {
    Arrays.fill(highest, Double.NEGATIVE_INFINITY);
    Arrays.fill(lowest, Double.POSITIVE_INFINITY);
  }

  /** Writes the two measures at {@code place}, in widths of the range known so far. */
  void measure(double number, double leastWidth, double[] measures, int place) {
    boolean known = count >= FEWEST && !Double.isNaN(number);
    measures[place] = known ? beyond(number, 0, leastWidth) : 0;
    measures[place + 1] = known ? beyond(number, KEPT - 1, leastWidth) : 0;
  }

  private double beyond(double number, int rank, double leastWidth) {
    double over = Math.max(number - highest[rank], lowest[rank] - number);
    if (!(over > 0)) {
      return 0;
    }
    double width = Math.max(highest[rank] - lowest[rank], leastWidth);
    return width > 0 ? Math.min(FURTHEST, over / width) : FURTHEST;
  }

  void learn(double number) {
    if (Double.isNaN(number)) {
      return;
    }
    count++;
    if (number > highest[KEPT - 1]) {
      int place = KEPT - 1;
      for (; place > 0 && highest[place - 1] < number; place--) {
        highest[place] = highest[place - 1];
      }
      highest[place] = number;
    }
    if (number < lowest[KEPT - 1]) {
      int place = KEPT - 1;
      for (; place > 0 && lowest[place - 1] > number; place--) {
        lowest[place] = lowest[place - 1];
      }
      lowest[place] = number;
    }
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(count);
    Numbers.save(highest, out);
    Numbers.save(lowest, out);
  }

  static Extremes restore(DataInput in) throws IOException {
    Extremes extremes = new Extremes();
    extremes.count = in.readLong();
    Numbers.restore(extremes.highest, in);
    Numbers.restore(extremes.lowest, in);
    return extremes;
  }
}
