package tocsin.novelty;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The raw measures of one metric, before calibration. {@link #measure} looks only at what {@link
 * #learn} was told before, so a reading is judged by its past and a reading that must not be
 * learned leaves nothing behind.
 */
final class Measures {
  private static final int SHORT = 24;
  private static final int LONG = 144;
  private static final int STREAMS = 8;

  /** Less than this part of the largest value so far is rounding, not a range. */
  private static final double ROUNDING = 1e-9;

  /** Time that a first reading stands for. */
  private static final long FIRST_MS = 300_000;

  private final Forests forests;
  private final Extremes[] extremes = new Extremes[STREAMS];
  private Window values = new Window(LONG);
  private Window residuals = new Window(SHORT);
  private Season season = new Season();
  private Likelihood single = new Likelihood();
  private Likelihood run = new Likelihood();
  private double first = Double.NaN;
  private double unit;
  private double largest;

  Measures(Forests forests) {
    this.forests = forests;
    for (int stream = 0; stream < STREAMS; stream++) {
      extremes[stream] = new Extremes();
    }
  }

  Forests forests() {
    return forests;
  }

  /** The measures of a reading, in the order of {@link Components#MEASURES}. */
  double[] measure(long timeMs, double value) {
    double[] measures = new double[Components.MEASURES.size()];
    double leastWidth = ROUNDING * Math.max(largest, Math.abs(value));
    double[] streams = streams(timeMs, value);
    for (int stream = 0; stream < STREAMS; stream++) {
      extremes[stream].measure(streams[stream], leastWidth, measures, 2 * stream);
    }
    double[] scores = forests.score(normal(value));
    measures[Components.FOREST_MEASURES] = scores[0];
    measures[Components.FOREST_MEASURES + 1] = scores[1];
    measures[Components.FOREST_MEASURES + 2] = single.of(scores[0]);
    measures[Components.FOREST_MEASURES + 3] = run.of(scores[1]);
    return measures;
  }

  /** The numbers whose extremes are watched, as they are with this reading; NaN where unknown. */
  private double[] streams(long timeMs, double value) {
    double residual = value - season.ofWeek(timeMs);
    boolean full = values.size() >= SHORT - 1;
    double unknown = Double.NaN;
    return new double[] {
      value,
      value - values.mean(SHORT),
      value - values.mean(LONG),
      residual,
      value - season.ofDay(timeMs),
      full ? values.highestWith(value, SHORT - 1) : unknown,
      full ? values.lowestWith(value, SHORT - 1) : unknown,
      full ? (residuals.sum(SHORT - 1) + residual) / SHORT : unknown
    };
  }

  /** Learns a reading that came {@code sinceMs} after the one before, with its own measures. */
  void learn(long timeMs, long sinceMs, double value, double[] measures) {
    boolean isFirst = Double.isNaN(first);
    double[] streams = streams(timeMs, value);
    for (int stream = 0; stream < STREAMS; stream++) {
      extremes[stream].learn(streams[stream]);
    }
    if (isFirst) {
      first = value;
    } else if (unit == 0) {
      unit = Math.abs(value - first);
    }
    single.learn(measures[Components.FOREST_MEASURES]);
    run.learn(measures[Components.FOREST_MEASURES + 1]);
    forests.update(normal(value));
    residuals.add(isFirst ? 0 : streams[3]);
    values.add(value);
    season.learn(timeMs, isFirst ? FIRST_MS : sinceMs, value);
    largest = Math.max(largest, Math.abs(value));
  }

  /**
   * The reading as the forests see it: they count in floats, where a billion and one is a billion.
   * Counted from the first reading in units of the first change, any scale gives the same numbers.
   */
  private double normal(double value) {
    double from = Double.isNaN(first) ? value : first;
    double measure = unit == 0 ? Math.abs(value - from) : unit;
    double normal = measure == 0 ? 0 : (value - from) / measure;
    return Math.max(-1e30, Math.min(1e30, normal));
  }

  void save(DataOutput out) throws IOException {
    for (Extremes each : extremes) {
      each.save(out);
    }
    values.save(out);
    residuals.save(out);
    season.save(out);
    single.save(out);
    run.save(out);
    out.writeDouble(first);
    out.writeDouble(unit);
    out.writeDouble(largest);
    forests.save(out);
  }

  static Measures restore(DataInput in) throws IOException {
    Extremes[] extremes = new Extremes[STREAMS];
    for (int stream = 0; stream < STREAMS; stream++) {
      extremes[stream] = Extremes.restore(in);
    }
    Window values = Window.restore(LONG, in);
    Window residuals = Window.restore(SHORT, in);
    Season season = Season.restore(in);
    Likelihood single = Likelihood.restore(in);
    Likelihood run = Likelihood.restore(in);
    double[] scalars = new double[3];
    Numbers.restore(scalars, in);
    Measures measures = new Measures(Forests.restore(in));
    System.arraycopy(extremes, 0, measures.extremes, 0, STREAMS);
    measures.values = values;
    measures.residuals = residuals;
    measures.season = season;
    measures.single = single;
    measures.run = run;
    measures.first = scalars[0];
    measures.unit = scalars[1];
    measures.largest = scalars[2];
    return measures;
  }
}
