package tocsin.novelty;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How rare a sum is among this metric's own sums so far, as −log10 of the fraction at or above it.
 * A metric that is wild by nature earns less than a calm one for the same sum.
 */
final class Rarity {
  private static final double STEP = 0.1;
  private static final int STEPS = 250;

  private final int[] counts = new int[STEPS];
  private int seen;

  double of(double sum) {
    int above = 0;
    for (int step = step(sum); step < STEPS; step++) {
      above += counts[step];
    }
    return Math.log10((seen + 1.0) / (above + 1.0));
  }

  void learn(double sum) {
    if (seen < Integer.MAX_VALUE) {
      counts[step(sum)]++;
      seen++;
    }
  }

  private static int step(double sum) {
    return Math.max(0, Math.min(STEPS - 1, (int) (sum / STEP)));
  }

  void save(DataOutput out) throws IOException {
    for (int count : counts) {
      out.writeInt(count);
    }
  }

  static Rarity restore(DataInput in) throws IOException {
    Rarity rarity = new Rarity();
    for (int step = 0; step < STEPS; step++) {
      rarity.counts[step] = in.readInt();
      rarity.seen += rarity.counts[step];
    }
    return rarity;
  }
}
