package tocsin.novelty;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/** One measure's calibration: rising measures, and what each is worth; straight lines between. */
record Table(double[] at, double[] worth) {
  /** Reads a table of the shipped calibration. */
  static Table of(String name, JsonNode pairs) {
    if (pairs.size() == 0) {
      throw new IllegalStateException(
          "the calibration has no table for " + name + ": calibrate anew");
    }
    double[] at = new double[pairs.size()];
    double[] worth = new double[pairs.size()];
    for (int place = 0; place < at.length; place++) {
      at[place] = pairs.get(place).get(0).asDouble();
      worth[place] = pairs.get(place).get(1).asDouble();
    }
    return new Table(at, worth);
  }

  double of(double measure) {
    int found = Arrays.binarySearch(at, measure);
    if (found >= 0) {
      return worth[found];
    }
    int next = -found - 1;
    if (next == 0) {
      return worth[0];
    }
    if (next == at.length) {
      return worth[next - 1];
    }
    double part = (measure - at[next - 1]) / (at[next] - at[next - 1]);
    return worth[next - 1] + part * (worth[next] - worth[next - 1]);
  }
}
