package tocsin.job;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.table.functions.ScalarFunction;

/** Lets every reading through, but the first time that it sees a certain one it ends the job. */
public final class FailsOnce extends ScalarFunction {
  private static final long serialVersionUID = 1;
  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static volatile String failing = "";

  static void arm(String sequenceNumber) {
    FAILURES.set(0);
    failing = sequenceNumber;
  }

  static int failures() {
    return FAILURES.get();
  }

  public boolean eval(String sequenceNumber) {
    if (failing.equals(sequenceNumber) && FAILURES.compareAndSet(0, 1)) {
      throw new IllegalStateException("fails once, at " + sequenceNumber);
    }
    return true;
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }
}
