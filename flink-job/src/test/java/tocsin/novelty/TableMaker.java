package tocsin.novelty;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes a measure's calibration table of what it was over many series, each weighing the same. */
final class TableMaker {
  /** A measure that few readings reached is worth no more than this: the tail ends in chance. */
  private static final double MOST = 4.5;

  /** Points of a table are at least this far apart in worth. */
  private static final double STEP = 0.05;

  private static final MathContext DIGITS = new MathContext(6);

  private record Weighed(double measure, double weight) {}

  private TableMaker() {}

  /**
   * @param series the rows of measures of each series, the first ones not yet warm
   */
  static Table make(List<double[][]> series, int measure) {
    List<Weighed> all = new ArrayList<>();
    for (double[][] rows : series) {
      int warm = rows.length - NoveltyModel.WARM_READINGS;
      for (int row = NoveltyModel.WARM_READINGS; row < rows.length; row++) {
        all.add(new Weighed(rows[row][measure], 1.0 / warm / series.size()));
      }
    }
    all.sort(Comparator.comparingDouble(Weighed::measure));
    double[] reached = new double[all.size()];
    double sum = 0;
    for (int place = all.size() - 1; place >= 0; place--) {
      sum += all.get(place).weight();
      reached[place] = sum;
    }
    List<double[]> points = new ArrayList<>();
    double last = Double.NEGATIVE_INFINITY;
    for (int place = 0; place < reached.length; place++) {
      boolean isFirstOfEqual =
          place == 0 || all.get(place).measure() > all.get(place - 1).measure();
      double worth = Math.min(MOST, Math.max(0, -Math.log10(reached[place])));
      if (isFirstOfEqual && worth >= last + STEP) {
        points.add(new double[] {rounded(all.get(place).measure()), hundredths(worth)});
        last = worth;
      }
    }
    return table(points);
  }

  /** Rounding can make two points one; the first stands for both. */
  private static Table table(List<double[]> points) {
    List<double[]> rising = new ArrayList<>();
    for (double[] point : points) {
      if (rising.isEmpty() || point[0] > rising.get(rising.size() - 1)[0]) {
        rising.add(point);
      }
    }
    return new Table(
        rising.stream().mapToDouble(point -> point[0]).toArray(),
        rising.stream().mapToDouble(point -> point[1]).toArray());
  }

  private static double hundredths(double worth) {
    return Math.round(worth * 100) / 100.0;
  }

  /** Few digits, so that the last bit of a logarithm cannot change the file. */
  private static double rounded(double number) {
    return new BigDecimal(number).round(DIGITS).doubleValue();
  }
}
