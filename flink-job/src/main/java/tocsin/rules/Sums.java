package tocsin.rules;

import java.nio.ByteBuffer;

/**
 * What windows need of some readings to tell count, sum, mean, σ, the smallest and the largest.
 * Sums are exact until they are asked for: readings may be added up in any groups, and the results
 * are the same to the last bit.
 */
public final class Sums {
  /** Numbers from here on are told of no window. */
  private static final double LARGEST = 1e308;

  /** Squares from here on do not fit into a double. */
  private static final double LARGEST_SQUARED = 1e154;

  private long readings;
  private double smallest = Double.POSITIVE_INFINITY;
  private double largest = Double.NEGATIVE_INFINITY;

  /** Null when they are not asked for: adding takes time with each reading. */
  private ExactSum total;

  private ExactSum squares;

  private Sums(ExactSum total, ExactSum squares) {
    this.total = total;
    this.squares = squares;
  }

  /** Of no reading yet, and with no more sums than a rule's aggregate takes. */
  public static Sums of(String aggregate) {
    return switch (aggregate) {
      case "sum", "avg" -> new Sums(new ExactSum(), null);
      case "stddev" -> new Sums(new ExactSum(), new ExactSum());
      default -> new Sums(null, null);
    };
  }

  /** As {@link #toBytes} wrote them. */
  public static Sums of(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    Sums sums = new Sums(null, null);
    sums.readings = from.getLong();
    sums.smallest = from.getDouble();
    sums.largest = from.getDouble();
    if (from.hasRemaining()) {
      sums.total = ExactSum.read(from);
    }
    if (from.hasRemaining()) {
      sums.squares = ExactSum.read(from);
    }
    return sums;
  }

  public byte[] toBytes() {
    ByteBuffer to =
        ByteBuffer.allocate(
            Long.BYTES
                + 2 * Double.BYTES
                + (total == null ? 0 : total.bytes())
                + (squares == null ? 0 : squares.bytes()));
    to.putLong(readings).putDouble(smallest).putDouble(largest);
    if (total != null) {
      total.write(to);
    }
    if (squares != null) {
      squares.write(to);
    }
    return to.array();
  }

  void clear() {
    readings = 0;
    smallest = Double.POSITIVE_INFINITY;
    largest = Double.NEGATIVE_INFINITY;
    if (total != null) {
      total.clear();
    }
    if (squares != null) {
      squares.clear();
    }
  }

  public void add(double value) {
    readings++;
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
    if (total != null) {
      total.add(value);
    }
    if (squares != null) {
      squares.addProduct(value, value);
    }
  }

  /** Adds the readings of the other; a sum that one of both lacks is lacking from then on. */
  public void add(Sums other) {
    readings += other.readings;
    smallest = Math.min(smallest, other.smallest);
    largest = Math.max(largest, other.largest);
    total = added(total, other.total);
    squares = added(squares, other.squares);
  }

  private static ExactSum added(ExactSum one, ExactSum other) {
    if (one == null || other == null) {
      return null;
    }
    one.add(other);
    return one;
  }

  public long readings() {
    return readings;
  }

  public double smallest() {
    return smallest;
  }

  public double largest() {
    return largest;
  }

  /**
   * The sum, rounded once. Null when it was not asked for, and when values are so large that they
   * pass what a double holds, in whatever order they come.
   */
  public Double total() {
    return total == null || !fits(LARGEST) ? null : (Double) total.rounded();
  }

  /** The mean, or null where there is no sum. */
  public Double mean() {
    Double sum = total();
    return sum == null ? null : (Double) (sum / readings);
  }

  /**
   * σ of the population: √(n·Σx² − (Σx)²) / n, whose difference is exact and so has its digits also
   * far from zero. Null when it was not asked for, and when squares pass what a double holds.
   */
  public Double deviation() {
    if (total == null || squares == null) {
      return null;
    }
    if (smallest == largest) {
      return 0.0;
    }
    if (!fits(LARGEST_SQUARED)) {
      return null;
    }
    ExactSum spread = new ExactSum();
    spread.addProduct(squares, readings);
    spread.addProduct(-1, total, total);
    // Squares below 10^-308 are rounded, and their difference may be below zero then.
    return Math.sqrt(Math.max(0, spread.rounded())) / readings;
  }

  /** True when the largest value in all readings would make no sum beyond a limit. */
  private boolean fits(double limit) {
    return Math.max(Math.abs(smallest), Math.abs(largest)) * readings < limit;
  }
}
