package tocsin.functions;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The newest numbers of one key, at most as many as asked for with {@link #add}. Kept as an object
 * of its own so that Flink need not convert it for each row.
 */
public final class Ring {
  private static final int FIRST_SIZE = 8;

  /** Squares and sums of up to 10,000 smaller numbers are finite. */
  private static final double LARGEST = 1e150;

  private double[] values = new double[FIRST_SIZE];
  private int start;
  private int size;

  /** How many of the numbers are too large to be squared. */
  private int tooLarge;

  /** Adds a number and forgets the oldest ones beyond {@code limit}. */
  void add(double value, int limit) {
    while (size >= limit) {
      tooLarge -= isTooLarge(values[start]) ? 1 : 0;
      start = start + 1 == values.length ? 0 : start + 1;
      size--;
    }
    if (size == values.length) {
      double[] larger = new double[Math.min(Math.max(limit, FIRST_SIZE), size * 2)];
      copyTo(larger);
      values = larger;
      start = 0;
    }
    int end = start + size;
    values[end < values.length ? end : end - values.length] = value;
    tooLarge += isTooLarge(value) ? 1 : 0;
    size++;
  }

  private static boolean isTooLarge(double value) {
    return Math.abs(value) > LARGEST;
  }

  int size() {
    return size;
  }

  /** The number at a place, 0 being the oldest. */
  double at(int place) {
    int index = start + place;
    return values[index < values.length ? index : index - values.length];
  }

  /**
   * Mean and population σ of the numbers; null when there is none, or one is too large to be
   * squared. Goes over the numbers twice, because the difference of two sums of squares leaves
   * nothing of numbers like 1e9 ± 1. Counted from the first number: for a constant series the mean
   * is exact and σ is exactly zero.
   */
  Stats stats() {
    if (size == 0 || tooLarge > 0) {
      return null;
    }
    double first = values[start];
    int untilEnd = Math.min(start + size, values.length);
    double sum = sum(start, untilEnd, first) + sum(0, start + size - untilEnd, first);
    double mean = first + sum / size;
    double squares = squares(start, untilEnd, mean) + squares(0, start + size - untilEnd, mean);
    return new Stats(mean, Math.sqrt(squares / size));
  }

  /** Four sums side by side: one alone would wait for each addition. */
  private double sum(int from, int to, double origin) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += values[i] - origin;
      b += values[i + 1] - origin;
      c += values[i + 2] - origin;
      d += values[i + 3] - origin;
    }
    for (; i < to; i++) {
      a += values[i] - origin;
    }
    return a + b + (c + d);
  }

  private double squares(int from, int to, double origin) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += square(values[i] - origin);
      b += square(values[i + 1] - origin);
      c += square(values[i + 2] - origin);
      d += square(values[i + 3] - origin);
    }
    for (; i < to; i++) {
      a += square(values[i] - origin);
    }
    return a + b + (c + d);
  }

  private static double square(double number) {
    return number * number;
  }

  /** The numbers, oldest first. */
  double[] toArray() {
    double[] all = new double[size];
    copyTo(all);
    return all;
  }

  private void copyTo(double[] target) {
    int untilEnd = Math.min(size, values.length - start);
    System.arraycopy(values, start, target, 0, untilEnd);
    System.arraycopy(values, 0, target, untilEnd, size - untilEnd);
  }

  private Ring copy() {
    Ring copy = new Ring();
    copy.values = values.clone();
    copy.start = start;
    copy.size = size;
    copy.tooLarge = tooLarge;
    return copy;
  }

  /** Mean and population σ. */
  record Stats(double mean, double stddev) {}

  /** Writes a ring as the count and the numbers, oldest first. */
  public static final class Serializer extends TypeSerializerSingleton<Ring> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
      return false;
    }

    @Override
    public Ring createInstance() {
      return new Ring();
    }

    @Override
    public Ring copy(Ring from) {
      return from.copy();
    }

    @Override
    public Ring copy(Ring from, Ring reuse) {
      return from.copy();
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(Ring ring, DataOutputView target) throws IOException {
      target.writeInt(ring.size);
      for (int place = 0; place < ring.size; place++) {
        target.writeDouble(ring.at(place));
      }
    }

    @Override
    public Ring deserialize(DataInputView source) throws IOException {
      Ring ring = new Ring();
      ring.size = source.readInt();
      ring.values = new double[Math.max(FIRST_SIZE, ring.size)];
      for (int place = 0; place < ring.size; place++) {
        ring.values[place] = source.readDouble();
        ring.tooLarge += isTooLarge(ring.values[place]) ? 1 : 0;
      }
      return ring;
    }

    @Override
    public Ring deserialize(Ring reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }

    @Override
    public TypeSerializerSnapshot<Ring> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Tells Flink which serializer wrote a snapshot. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Ring> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
