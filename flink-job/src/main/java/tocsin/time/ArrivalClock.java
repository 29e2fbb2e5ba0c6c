package tocsin.time;

/**
 * A clock that goes by the arrival of records which come faster than they once did: whoever looked
 * at the time every now and then looks as often between two of them.
 */
public final class ArrivalClock {
  /** Flink's default pause between two looks, {@code pipeline.auto-watermark-interval}. */
  private static final long LOOK_MS = 200;

  /** In a long silence; shorter than what any time-out here needs to be exact about. */
  public static final long SILENT_LOOK_MS = 1_000;

  private long nowMs = Long.MIN_VALUE;
  private long lookedAtMs;

  /** Where the clock stands; {@code Long.MIN_VALUE} before the first record. */
  public long nowMs() {
    return nowMs;
  }

  /**
   * Moves on to a record's arrival. The clock stands still while records of several shards come in
   * another order than arrival.
   *
   * @param look runs at each look, with the clock at its moment
   */
  public void advanceTo(long arrivalMs, Runnable look) {
    if (nowMs == Long.MIN_VALUE) {
      nowMs = arrivalMs;
      lookedAtMs = arrivalMs;
    }
    while (arrivalMs - lookedAtMs >= SILENT_LOOK_MS) {
      lookAt(lookedAtMs + SILENT_LOOK_MS, look);
    }
    if (arrivalMs - lookedAtMs >= LOOK_MS) {
      lookAt(arrivalMs, look);
    }
    nowMs = Math.max(nowMs, arrivalMs);
  }

  private void lookAt(long atMs, Runnable look) {
    nowMs = Math.max(nowMs, atMs);
    lookedAtMs = atMs;
    look.run();
  }
}
