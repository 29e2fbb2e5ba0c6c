package tocsin.functions;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What {@link SeasonalAlarm} remembers of a series: figures of the values of each hour, 24 of
 * working days and 24 of weekends. Readings come hour by hour: the figures of the hour that is now
 * stand in fields, and the array of all is touched once an hour.
 */
public final class SeasonalHours extends AlarmState {
  static final int HOURS = 48;

  private static final double LONGEST_MEMORY = 1_000;
  private static final double SAMPLES_THAT_TELL_OUTLIERS = 30;
  private static final double LARGEST_DISTANCE = 4;

  /** Of each hour in the array, from its place on. */
  private static final int SAMPLES = 0;

  private static final int MEAN = 1;
  private static final int VARIANCE = 2;
  private static final int DAYS = 3;
  private static final int LAST_DAY = 4;
  private static final int FIGURES = 5;

  /** Null until there is a second hour; what it says of the present one is out of date. */
  private double[] hours;

  /** The present hour; −1 before the first. */
  private int hour = -1;

  private long samples;
  private double mean;
  private double variance;
  private long days;
  private long lastDay;
  private long newestMs = Long.MIN_VALUE;

  /** The present hour's, before this row's value: NaN when it had none. */
  double meanBefore;

  double stddevBefore;

  /** Makes an hour the present one, and notes a row's time and the figures before it. */
  void turnTo(int newHour, long timeMs) {
    if (newHour != hour) {
      if (hour >= 0) {
        putBack();
        fetch(newHour);
      }
      hour = newHour;
    }
    newestMs = Math.max(newestMs, timeMs);
    meanBefore = samples == 0 ? Double.NaN : mean;
    stddevBefore = samples == 0 ? Double.NaN : Math.sqrt(variance);
  }

  @Override
  public long bytes() {
    return super.bytes() + (hours == null ? 0 : (long) hours.length * Double.BYTES);
  }

  private void putBack() {
    if (hours == null) {
      hours = new double[HOURS * FIGURES];
    }
    int place = hour * FIGURES;
    hours[place + SAMPLES] = samples;
    hours[place + MEAN] = mean;
    hours[place + VARIANCE] = variance;
    hours[place + DAYS] = days;
    hours[place + LAST_DAY] = lastDay;
  }

  private void fetch(int newHour) {
    int place = newHour * FIGURES;
    samples = (long) hours[place + SAMPLES];
    mean = hours[place + MEAN];
    variance = hours[place + VARIANCE];
    days = (long) hours[place + DAYS];
    lastDay = (long) hours[place + LAST_DAY];
  }

  boolean isLearning(long minSamples, double minDays) {
    return samples < minSamples || days < minDays;
  }

  /** True when no row had a later time than this one's. */
  boolean isNewest(long timeMs) {
    return timeMs >= newestMs;
  }

  /** Takes a value into the figures of the present hour. */
  void learn(double value, long epochDay) {
    double distance = value - mean;
    if (samples >= SAMPLES_THAT_TELL_OUTLIERS && stddevBefore > 0) {
      double largest = LARGEST_DISTANCE * stddevBefore;
      distance = Math.max(-largest, Math.min(largest, distance));
    }
    double weight = 1 / Math.min(samples + 1, LONGEST_MEMORY);
    mean += weight * distance;
    variance = (1 - weight) * (variance + weight * distance * distance);
    if (samples == 0 || lastDay != epochDay) {
      days++;
      lastDay = epochDay;
    }
    samples++;
  }

  /** Writes the present hour, then the others that have values. */
  @Override
  void write(DataOutputView target) throws IOException {
    super.write(target);
    target.writeLong(newestMs);
    target.writeInt(hour);
    target.writeLong(samples);
    target.writeDouble(mean);
    target.writeDouble(variance);
    target.writeLong(days);
    target.writeLong(lastDay);
    long written = 0;
    for (int each = 0; hours != null && each < HOURS; each++) {
      written |= each != hour && hours[each * FIGURES + SAMPLES] > 0 ? 1L << each : 0;
    }
    target.writeLong(written);
    for (int place = 0; written != 0 && place < hours.length; place++) {
      if ((written & 1L << place / FIGURES) != 0) {
        target.writeDouble(hours[place]);
      }
    }
  }

  @Override
  void read(DataInputView source) throws IOException {
    super.read(source);
    newestMs = source.readLong();
    hour = source.readInt();
    samples = source.readLong();
    mean = source.readDouble();
    variance = source.readDouble();
    days = source.readLong();
    lastDay = source.readLong();
    long written = source.readLong();
    hours = written == 0 ? null : new double[HOURS * FIGURES];
    for (int place = 0; written != 0 && place < hours.length; place++) {
      if ((written & 1L << place / FIGURES) != 0) {
        hours[place] = source.readDouble();
      }
    }
  }

  @Override
  protected SeasonalHours clone() {
    SeasonalHours copy = (SeasonalHours) super.clone();
    copy.hours = hours == null ? null : hours.clone();
    return copy;
  }

  /** Writes what the hours say of themselves. */
  public static final class Serializer extends AlarmState.Serializer<SeasonalHours> {
    private static final long serialVersionUID = 1;

    @Override
    public SeasonalHours createInstance() {
      return new SeasonalHours();
    }

    @Override
    public TypeSerializerSnapshot<SeasonalHours> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Tells Flink which serializer wrote a snapshot. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<SeasonalHours> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
