package tocsin.rules;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A sum of doubles that loses nothing: a few doubles whose own sum it is, none of which has digits
 * where another has some (Shewchuk 1997, <i>Adaptive precision floating-point arithmetic</i>, an
 * expansion grown by Knuth's TwoSum). So it does not matter in what order numbers come or in what
 * groups they were added up before. Measured values mostly need one to three doubles.
 *
 * <p>One that has passed what a double can hold is not a number from then on.
 */
final class ExactSum {
  /** Smallest first. */
  private double[] terms = new double[4];

  private int size;

  void clear() {
    size = 0;
  }

  void add(double number) {
    double sum = number;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      double term = terms[i];
      double rounded = sum + term;
      double added = rounded - sum;
      double lost = (sum - (rounded - added)) + (term - added);
      if (lost != 0) {
        terms[kept++] = lost;
      }
      sum = rounded;
    }
    if (!Double.isFinite(sum)) {
      kept = 0;
    }
    if (kept == terms.length) {
      terms = Arrays.copyOf(terms, 2 * kept);
    }
    if (sum != 0) {
      terms[kept++] = Double.isFinite(sum) ? sum : Double.NaN;
    }
    size = kept;
  }

  /**
   * Adds a product with all its digits. What a double cannot hold because it is below 10^-308 is
   * rounded.
   */
  void addProduct(double one, double other) {
    double product = one * other;
    double lost = Math.fma(one, other, -product);
    if (lost != 0) {
      add(lost);
    }
    add(product);
  }

  void add(ExactSum other) {
    for (int i = 0; i < other.size; i++) {
      add(other.terms[i]);
    }
  }

  /** Adds {@code factor · one · other}, where the factor is 1 or −1. */
  void addProduct(int factor, ExactSum one, ExactSum other) {
    for (int i = 0; i < one.size; i++) {
      for (int j = 0; j < other.size; j++) {
        addProduct(factor * one.terms[i], other.terms[j]);
      }
    }
  }

  void addProduct(ExactSum one, double other) {
    for (int i = 0; i < one.size; i++) {
      addProduct(one.terms[i], other);
    }
  }

  /** The double that is nearest; of two as near the even one. */
  double rounded() {
    if (size == 0) {
      return 0;
    }
    int at = size - 1;
    double sum = terms[at];
    double lost = 0;
    while (at > 0 && lost == 0) {
      double before = sum;
      double term = terms[--at];
      sum = before + term;
      lost = term - (sum - before);
    }
    // Just between two doubles the even one was taken: what comes below may say that it was not.
    if (at > 0 && lost != 0 && (lost < 0) == (terms[at - 1] < 0)) {
      double twice = 2 * lost;
      double next = sum + twice;
      if (next - sum == twice) {
        return next;
      }
    }
    return sum;
  }

  int bytes() {
    return Integer.BYTES + size * Double.BYTES;
  }

  void write(ByteBuffer to) {
    to.putInt(size);
    for (int i = 0; i < size; i++) {
      to.putDouble(terms[i]);
    }
  }

  static ExactSum read(ByteBuffer from) {
    ExactSum sum = new ExactSum();
    sum.size = from.getInt();
    sum.terms = new double[Math.max(4, sum.size)];
    for (int i = 0; i < sum.size; i++) {
      sum.terms[i] = from.getDouble();
    }
    return sum;
  }
}
