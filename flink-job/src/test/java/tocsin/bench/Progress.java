package tocsin.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When the measured part of a run begins: once all readers together have read as many records as
 * warm the run up. Shared by the tasks of one JVM.
 */
final class Progress {
  private static final AtomicLong READ = new AtomicLong();
  private static volatile long warmUpRecords;
  private static volatile double maxSeconds;
  private static volatile long startedAtRecord;
  private static volatile long startedAtNs;
  private static volatile long startedAtCpuNs;
  private static volatile CountDownLatch readers;

  private Progress() {}

  static void begin(long warmUp, double longestSeconds) {
    maxSeconds = longestSeconds;
    READ.set(0);
    startedAtNs = 0;
    warmUpRecords = warmUp;
  }

  static void add(int records) {
    long read = READ.addAndGet(records);
    if (startedAtNs == 0 && read >= warmUpRecords) {
      startedAtRecord = read;
      startedAtCpuNs = cpuNs();
      startedAtNs = System.nanoTime();
    }
  }

  /** True once the run was measured for as long as it may be; readers then read no more. */
  static boolean isOver() {
    return startedAtNs != 0 && measuredSeconds() > maxSeconds;
  }

  /**
   * Makes that many readers stay when they have read all, so that the job lives on with its state.
   */
  static void holdAtTheEnd(int count) {
    readers = new CountDownLatch(count);
  }

  /** Called by a reader that has read all. */
  static void atTheEnd() {
    if (readers == null) {
      return;
    }
    readers.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until every reader has read all. */
  static void awaitTheEnd(int seconds) throws InterruptedException {
    if (!readers.await(seconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException("not everything was read after " + seconds + " s");
    }
  }

  /** Records read so far. */
  static long read() {
    return READ.get();
  }

  /** Seconds of processor time of this JVM. */
  static double cpuSeconds() {
    return cpuNs() / 1e9;
  }

  /** Records read since the run was warm. */
  static long measuredRecords() {
    return READ.get() - startedAtRecord;
  }

  /** Seconds from that moment to this one. */
  static double measuredSeconds() {
    return (System.nanoTime() - startedAtNs) / 1e9;
  }

  /** Seconds of processor time that this JVM took since then; not spoilt by what else runs. */
  static double measuredCpuSeconds() {
    return (cpuNs() - startedAtCpuNs) / 1e9;
  }

  private static long cpuNs() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
