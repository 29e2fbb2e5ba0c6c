package tocsin.replay;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the clock stood when the watermark passed an instant: what a backtest needs to know when a
 * window was told. A line is {@code from TAB to TAB watermark}, in ms: at {@code to} it had reached
 * the watermark, and since {@code from} it had gone with the clock, step by step; where both are
 * the same it came there by one leap. Leaps within one second of watermark are left out.
 */
final class ClockFile implements AutoCloseable {
  private static final long MS_IN_SECOND = 1_000;

  private final BufferedWriter out;
  private final long longestStepMs;
  private long toldSecond = Long.MIN_VALUE;
  private boolean isEmpty = true;
  private long fromMs;
  private long toMs;
  private long watermarkMs;

  /**
   * @param longestStepMs what lies further apart is a leap
   */
  ClockFile(Path file, long longestStepMs) throws IOException {
    this.out = Files.newBufferedWriter(file);
    this.longestStepMs = longestStepMs;
  }

  void reached(long clockMs, long reachedMs) {
    long stepMs = clockMs - toMs;
    boolean goesOn = stepMs > 0 && stepMs <= longestStepMs && stepMs == reachedMs - watermarkMs;
    if (!goesOn || isEmpty) {
      write();
      fromMs = clockMs;
    }
    isEmpty = false;
    toMs = clockMs;
    watermarkMs = reachedMs;
  }

  /** A window ends with the last millisecond before its end. */
  private void write() {
    long second = Math.floorDiv(watermarkMs + 1, MS_IN_SECOND);
    if (isEmpty || second <= toldSecond) {
      return;
    }
    toldSecond = second;
    try {
      out.write(fromMs + "\t" + toMs + "\t" + watermarkMs + "\n");
    } catch (IOException full) {
      throw new UncheckedIOException(full);
    }
  }

  @Override
  public void close() throws IOException {
    write();
    out.close();
  }
}
