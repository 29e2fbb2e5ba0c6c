package tocsin.functions;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What a function remembers of one key, as numbers at places that the function names. Kept as an
 * object of its own so that Flink need not convert it for each row. Times are held as milliseconds,
 * which a double holds exactly for the next 280,000 years.
 */
public final class Slots {
  private double[] numbers;

  Slots(double... numbers) {
    this.numbers = numbers;
  }

  /** The number at a place. */
  double at(int place) {
    return numbers[place];
  }

  void set(int place, double number) {
    numbers[place] = number;
  }

  void add(int place, double number) {
    numbers[place] += number;
  }

  int size() {
    return numbers.length;
  }

  /** Cuts places off the end, or adds zeros there. */
  void resize(int size) {
    numbers = Arrays.copyOf(numbers, size);
  }

  /** A copy of the numbers from one place up to, without, another. */
  double[] range(int from, int to) {
    return Arrays.copyOfRange(numbers, from, to);
  }

  /** Writes the count and the numbers. */
  public static final class Serializer extends TypeSerializerSingleton<Slots> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
      return false;
    }

    @Override
    public Slots createInstance() {
      return new Slots();
    }

    @Override
    public Slots copy(Slots from) {
      return new Slots(from.numbers.clone());
    }

    @Override
    public Slots copy(Slots from, Slots reuse) {
      return copy(from);
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(Slots slots, DataOutputView target) throws IOException {
      target.writeInt(slots.numbers.length);
      for (double number : slots.numbers) {
        target.writeDouble(number);
      }
    }

    @Override
    public Slots deserialize(DataInputView source) throws IOException {
      double[] numbers = new double[source.readInt()];
      for (int place = 0; place < numbers.length; place++) {
        numbers[place] = source.readDouble();
      }
      return new Slots(numbers);
    }

    @Override
    public Slots deserialize(Slots reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }

    @Override
    public TypeSerializerSnapshot<Slots> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Tells Flink which serializer wrote a snapshot. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Slots> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
