package tocsin.connector.kinesis.source;

import java.util.List;

/**
 * Reads one split, one piece at a time, at its own pace.
 *
 * <p>{@link #poll} runs on a pool thread and never twice at once. It ends by asking the {@link
 * Host} either for the next poll or to hand over what it read; the host asks for the poll behind a
 * hand-over once the records are taken, so at most one read of a split waits in memory.
 */
interface SplitPoller {
  /**
   * What a poller needs from the reader that it works for. Its methods may be called by any thread.
   */
  interface Host {
    void pollAgain(SplitPoller poller, long delayMs);

    void handOver(Result result);

    /** True while enough finished reads wait to be taken. */
    boolean crowded();
  }

  /** What a poll gave. */
  sealed interface Result permits Records, Failure {}

  /**
   * Records of one read.
   *
   * @param from the poller to go on with
   * @param records in their order
   * @param finished true when these are the last ones of the split
   * @param nextDelayMs time to wait before the next poll
   */
  record Records(SplitPoller from, List<KinesisRecord> records, boolean finished, long nextDelayMs)
      implements Result {}

  /** A fault that no further attempt can mend. */
  record Failure(String splitId, Throwable error) implements Result {}

  String splitId();

  void poll();

  /** Says that nobody wants this split's records any more: polls still to come do nothing. */
  void stop();
}
