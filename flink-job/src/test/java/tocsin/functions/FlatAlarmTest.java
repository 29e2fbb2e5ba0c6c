package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

/** Runs of one value, and when they are too long. */
class FlatAlarmTest {
  @Test
  void aRunOfTheSameValueIsCountedAndTimedAndASlowCreepIsNone() throws IOException {
    FlatAlarm function = new FlatAlarm();
    FlatAlarm.Run run = function.createAccumulator();
    assertRun(add(function, run, 5.0, 0), 0, 0, null, null);
    assertRun(add(function, run, 5.1, 10), 1, 0, 2L, 10L);
    assertRun(addLate(function, run, 9.0, 11), 1, 1, 2L, 10L);
    assertRun(add(function, run, 9.0, 9), 1, 1, 2L, 10L);
    for (FlatAlarm.Run same : StateCopies.of(new FlatAlarm.Serializer(), run)) {
      assertRun(add(function, same, 5.2, 20), 1, 1, 3L, 20L);
      // Each step is within the tolerance, but the run is not.
      assertRun(add(function, same, 5.3, 30), 0, 1, 1L, 0L);
      assertRun(add(function, same, 5.6, 40), 0, 0, null, null);
    }
  }

  @Test
  void aRunIsFlatOnceItHasBothTheReadingsAndTheTimeOfItsRule() {
    FlatAlarm function = new FlatAlarm();
    FlatAlarm.Run run = function.createAccumulator();
    for (long second = 0; second < 4; second++) {
      assertRun(judge(function, run, 5.0, 1_000 * second, false, 3), 0, 0, null, null);
    }
    assertRun(judge(function, run, 5.0, 3_999, false, 3), 0, 0, null, null);
    assertRun(judge(function, run, 5.0, 4_000, false, 3), 1, 0, 6L, 4_000L);
    assertRun(judge(function, run, 5.0, 4_000, false, 8), 0, 1, 7L, 4_000L);
    assertRun(judge(function, run, 5.0, 4_000, false, 8), 1, 0, 8L, 4_000L);
    // A rule that has ceased to judge ends its alarm, and its row is no part of the run.
    RowData retired = judge(function, run, 9.0, 5_000, true, 8);
    assertRun(retired, 0, 1, 8L, 4_000L);
    assertThat(retired.getLong(4)).isEqualTo(9);
    assertThat(retired.getArray(5).toDoubleArray()).containsExactly(5, 5, 5, 5, 5, 5, 5, 5);
  }

  /** Flat from two readings on, however short the time. */
  private static RowData add(FlatAlarm function, FlatAlarm.Run run, double value, long timeMs) {
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    function.accumulate(run, value, time, false, false, 2, 0, 0.25, false, 1);
    return function.getValue(run);
  }

  private static RowData addLate(FlatAlarm function, FlatAlarm.Run run, double value, long timeMs) {
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    function.accumulate(run, value, time, true, false, 2, 0, 0.25, false, 1);
    return function.getValue(run);
  }

  /** Flat from so many readings and four seconds on. */
  private static RowData judge(
      FlatAlarm function,
      FlatAlarm.Run run,
      double value,
      long timeMs,
      boolean retired,
      double of) {
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    function.accumulate(run, value, time, false, retired, of, 4, 0.25, false, 1);
    return function.getValue(run);
  }

  private static void assertRun(RowData run, int now, int earlier, Long readings, Long lastedMs) {
    assertThat(List.of(run.getInt(0), run.getInt(1))).containsExactly(now, earlier);
    assertThat(run.isNullAt(AlarmState.OWN)).isEqualTo(readings == null);
    if (readings != null) {
      assertThat(List.of(run.getLong(AlarmState.OWN), run.getLong(AlarmState.OWN + 1)))
          .containsExactly(readings, lastedMs);
    }
  }
}
