package tocsin.rules;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;

/**
 * How far the time of all readers has come that are not idle: what windows go by, and so what
 * decides which reading is late. A reader's own time says less: it may be ahead of the others,
 * whose readings the windows still wait for, or behind them, when it wakes.
 *
 * <p>Kept in the state, as Flink's windows keep theirs: both know after a restore what is over,
 * before the first new watermark.
 */
final class ReadersTime {
  /** Of every task; after a restore each sees all and goes on from the least, as windows do. */
  private final ListState<Long> state;

  private long reachedMs;

  private ReadersTime(ListState<Long> state, long reachedMs) {
    this.state = state;
    this.reachedMs = reachedMs;
  }

  static ReadersTime restored(OperatorStateStore store) throws Exception {
    ListState<Long> state =
        store.getUnionListState(new ListStateDescriptor<>("readers-time", Types.LONG));
    long least = Long.MAX_VALUE;
    for (long reached : state.get()) {
      least = Math.min(least, reached);
    }
    // The end of all time is of an input that ended: what comes now is of another.
    return new ReadersTime(state, least == Long.MAX_VALUE ? Long.MIN_VALUE : least);
  }

  void save() throws Exception {
    state.update(List.of(reachedMs));
  }

  void reach(long watermarkMs) {
    reachedMs = Math.max(reachedMs, watermarkMs);
  }

  /**
   * A time, or the next one that is not behind the watermark: Flink's functions with timers drop
   * rows behind it, and a reading that comes late has come.
   */
  TimestampData notBehind(TimestampData time) {
    return time.getMillisecond() <= reachedMs ? TimestampData.fromEpochMillis(reachedMs + 1) : time;
  }

  /** True for a reading that windows take no more. */
  boolean isPast(RowData reading) {
    return reading.getTimestamp(RuledReading.EVENT_TIME, 3).getMillisecond() <= reachedMs;
  }
}
