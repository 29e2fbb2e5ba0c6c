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
public class Ring {
  static final Serializer SERIALIZER = new Serializer();

  /** Half of the 120 that a baseline has unless said otherwise: its numbers move once. */
  private static final int FIRST_SIZE = 64;

  private static final double[] NONE = {};

  private double[] values = NONE;
  private int start;
  private int size;

  /** A ring with these numbers. */
  static Ring of(double[] numbers) {
    Ring ring = new Ring();
    for (double number : numbers) {
      ring.add(number, numbers.length);
    }
    return ring;
  }

  /** Adds a number and forgets the oldest ones beyond {@code limit}. */
  void add(double value, int limit) {
    while (size >= limit) {
      removeOldest();
    }
    if (size == values.length) {
      double[] larger = new double[Math.min(limit, Math.max(FIRST_SIZE, size * 2))];
      copyTo(larger);
      values = larger;
      start = 0;
    }
    values[indexOf(size)] = value;
    size++;
  }

  /** What stands where the next number will, whatever it is. */
  final double replaced() {
    return values.length == 0 ? 0 : at(size);
  }

  /** Forgets the oldest number, and says which it was. */
  double removeOldest() {
    double oldest = values[start];
    start = start + 1 == values.length ? 0 : start + 1;
    size--;
    return oldest;
  }

  /** About how much memory the numbers take. */
  long bytes() {
    return (long) values.length * Double.BYTES;
  }

  /** Forgets all numbers. */
  final void clear() {
    start = 0;
    size = 0;
  }

  final int size() {
    return size;
  }

  /** The number at a place, 0 being the oldest. */
  final double at(int place) {
    return values[indexOf(place)];
  }

  private int indexOf(int place) {
    int index = start + place;
    return index < values.length ? index : index - values.length;
  }

  /** The numbers, oldest first. */
  double[] toArray() {
    return newest(size);
  }

  /** The newest numbers, oldest first. */
  final double[] newest(int most) {
    double[] newest = new double[Math.min(most, size)];
    for (int place = 0; place < newest.length; place++) {
      newest[place] = at(size - newest.length + place);
    }
    return newest;
  }

  private void copyTo(double[] target) {
    int untilEnd = Math.min(size, values.length - start);
    System.arraycopy(values, start, target, 0, untilEnd);
    System.arraycopy(values, 0, target, untilEnd, size - untilEnd);
  }

  /** Makes a new ring hold the same numbers. */
  final void copyTo(Ring copy) {
    copy.values = values.clone();
    copy.start = start;
    copy.size = size;
  }

  final void writeNumbers(DataOutputView target) throws IOException {
    target.writeInt(size);
    for (int place = 0; place < size; place++) {
      target.writeDouble(at(place));
    }
  }

  /** Reads what {@link #writeNumbers} wrote, into a new ring. */
  final void readNumbers(DataInputView source) throws IOException {
    size = source.readInt();
    values = new double[size];
    for (int place = 0; place < size; place++) {
      values[place] = source.readDouble();
    }
  }

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
      Ring copy = new Ring();
      from.copyTo(copy);
      return copy;
    }

    @Override
    public Ring copy(Ring from, Ring reuse) {
      return copy(from);
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(Ring ring, DataOutputView target) throws IOException {
      ring.writeNumbers(target);
    }

    @Override
    public Ring deserialize(DataInputView source) throws IOException {
      Ring ring = new Ring();
      ring.readNumbers(source);
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
