package tocsin.rules;

import java.io.Serializable;

/**
 * How long the slices are of which windows consist: of a tumbling window it is one, of a hopping
 * one as many as it has hops.
 */
public record WindowSlices(long tumblingMs, long hopMs) implements Serializable {
  /**
   * @throws IllegalArgumentException when one of them is no length
   */
  public WindowSlices {
    if (tumblingMs <= 0 || hopMs <= 0) {
      throw new IllegalArgumentException(
          "windows need a length: tumbling_seconds and hop_seconds must be above 0");
    }
  }

  long lengthMs(boolean isHopping) {
    return isHopping ? hopMs : tumblingMs;
  }
}
