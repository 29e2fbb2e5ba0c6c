package tocsin.novelty;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** How far a number lies above its own recent mean, in standard deviations. */
final class Likelihood {
  private static final int FEWEST = 50;
  private static final double MEMORY = 1_000;

  private double mean;
  private double variance;
  private long count;

  double of(double number) {
    return count >= FEWEST && variance > 0 ? (number - mean) / Math.sqrt(variance) : 0;
  }

  void learn(double number) {
    count++;
    double gain = Math.max(1.0 / count, 1 / MEMORY);
    double off = number - mean;
    mean += gain * off;
    variance = (1 - gain) * (variance + gain * off * off);
  }

  void save(DataOutput out) throws IOException {
    out.writeDouble(mean);
    out.writeDouble(variance);
    out.writeLong(count);
  }

  static Likelihood restore(DataInput in) throws IOException {
    Likelihood likelihood = new Likelihood();
    likelihood.mean = in.readDouble();
    likelihood.variance = in.readDouble();
    likelihood.count = in.readLong();
    return likelihood;
  }
}
