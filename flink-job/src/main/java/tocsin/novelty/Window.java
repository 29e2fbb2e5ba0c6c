package tocsin.novelty;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The newest numbers of a stream. The methods ask for the newest {@code count} of them. */
final class Window {
  private final double[] numbers;
  private long added;

  Window(int size) {
    numbers = new double[size];
  }

  int size() {
    return (int) Math.min(added, numbers.length);
  }

  void add(double number) {
    numbers[(int) (added % numbers.length)] = number;
    added++;
  }

  /** Sum of the newest, oldest first, so that a restored window adds up to the same bits. */
  double sum(int count) {
    double sum = 0;
    for (int back = Math.min(count, size()); back >= 1; back--) {
      sum += at(back);
    }
    return sum;
  }

  /** Mean of the newest; NaN where there is none. */
  double mean(int count) {
    return sum(count) / Math.min(count, size());
  }

  /** Highest of the newest and one more that is not yet here. */
  double highestWith(double next, int count) {
    double highest = next;
    for (int back = Math.min(count, size()); back >= 1; back--) {
      highest = Math.max(highest, at(back));
    }
    return highest;
  }

  /** Lowest of the newest and one more that is not yet here. */
  double lowestWith(double next, int count) {
    double lowest = next;
    for (int back = Math.min(count, size()); back >= 1; back--) {
      lowest = Math.min(lowest, at(back));
    }
    return lowest;
  }

  private double at(int back) {
    return numbers[(int) ((added - back) % numbers.length)];
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(added);
    for (int place = 0; place < size(); place++) {
      out.writeDouble(numbers[place]);
    }
  }

  static Window restore(int size, DataInput in) throws IOException {
    Window window = new Window(size);
    window.added = in.readLong();
    for (int place = 0; place < window.size(); place++) {
      window.numbers[place] = in.readDouble();
    }
    return window;
  }
}
