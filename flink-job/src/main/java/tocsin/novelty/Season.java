package tocsin.novelty;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The usual value at an hour of the day and at an hour of the week, by event time in UTC. An hour
 * of the week that is little known leans on the hour of the day, and that on the mean of
 * everything. No day is taken for a weekend: each hour of the week has a mean of its own.
 */
final class Season {
  private static final long HOUR_MS = 3_600_000;
  private static final int DAY = 24;
  private static final int WEEK = 168;

  /** A reading weighs by the time that it stands for, so that a faster metric forgets no sooner. */
  private static final double FULL_WEIGHT_MS = 300_000;

  /** An hour's mean leans on the wider one as if that were this many readings. */
  private static final double LEANING = 12;

  private static final double MOST_WEEK = 200;
  private static final double MOST_DAY = 400;
  private static final double MOST_ALL = 20_000;

  private final double[] weekMeans = new double[WEEK];
  private final double[] weekWeights = new double[WEEK];
  private final double[] dayMeans = new double[DAY];
  private final double[] dayWeights = new double[DAY];
  private double mean;
  private double weight;

  /** Usual value at this hour of the day; NaN before the first reading. */
  double ofDay(long timeMs) {
    if (weight == 0) {
      return Double.NaN;
    }
    int hour = hour(timeMs, DAY);
    return (dayWeights[hour] * dayMeans[hour] + LEANING * mean) / (dayWeights[hour] + LEANING);
  }

  /** Usual value at this hour of the week; NaN before the first reading. */
  double ofWeek(long timeMs) {
    int hour = hour(timeMs, WEEK);
    return (weekWeights[hour] * weekMeans[hour] + LEANING * ofDay(timeMs))
        / (weekWeights[hour] + LEANING);
  }

  /** Learns a reading that came {@code sinceMs} after the one before. */
  void learn(long timeMs, long sinceMs, double value) {
    double gain = Math.min(1, sinceMs / FULL_WEIGHT_MS);
    if (gain <= 0) {
      return;
    }
    learn(weekMeans, weekWeights, hour(timeMs, WEEK), value, gain, MOST_WEEK);
    learn(dayMeans, dayWeights, hour(timeMs, DAY), value, gain, MOST_DAY);
    weight = Math.min(weight + gain, MOST_ALL);
    mean += (value - mean) * gain / weight;
  }

  private static void learn(
      double[] means, double[] weights, int hour, double value, double gain, double most) {
    weights[hour] = Math.min(weights[hour] + gain, most);
    means[hour] += (value - means[hour]) * gain / weights[hour];
  }

  private static int hour(long timeMs, int cycle) {
    return (int) Math.floorMod(Math.floorDiv(timeMs, HOUR_MS), (long) cycle);
  }

  void save(DataOutput out) throws IOException {
    Numbers.save(weekMeans, out);
    Numbers.save(weekWeights, out);
    Numbers.save(dayMeans, out);
    Numbers.save(dayWeights, out);
    out.writeDouble(mean);
    out.writeDouble(weight);
  }

  static Season restore(DataInput in) throws IOException {
    Season season = new Season();
    Numbers.restore(season.weekMeans, in);
    Numbers.restore(season.weekWeights, in);
    Numbers.restore(season.dayMeans, in);
    Numbers.restore(season.dayWeights, in);
    season.mean = in.readDouble();
    season.weight = in.readDouble();
    return season;
  }
}
