package tocsin.novelty;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Arrays of a fixed length, as saved. */
final class Numbers {
  private Numbers() {}

  static void save(double[] numbers, DataOutput out) throws IOException {
    for (double number : numbers) {
      out.writeDouble(number);
    }
  }

  static void restore(double[] numbers, DataInput in) throws IOException {
    for (int place = 0; place < numbers.length; place++) {
      numbers[place] = in.readDouble();
    }
  }
}
