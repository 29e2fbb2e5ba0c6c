package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

/** Rates between readings, and when they are too high. */
class RateAlarmTest {
  @Test
  void aReadingIsComparedWithTheOneBeforeThatIsFarEnoughAway() throws IOException {
    RateAlarm function = new RateAlarm();
    RateAlarm.Last last = function.createAccumulator();
    // Per 100 ms from 100 ms on: high is 2, low -10.
    assertRate(add(function, last, 1, 0), 0, 0, null);
    assertRate(add(function, last, 50, 99), 0, 0, null);
    assertRate(add(function, last, 50, -100), 0, 0, null);
    for (RateAlarm.Last same : StateCopies.of(new RateAlarm.Serializer(), last)) {
      assertRate(add(function, same, 6, 200), 1, 0, 2.5);
      assertRate(add(function, same, 0, 250), 1, 1, null);
      assertRate(judge(function, same, 0, 400, true, false), 1, 1, null);
      assertRate(add(function, same, -20, 400), 2, 1, -13.0);
      assertRate(add(function, same, -19, 600), 0, 2, 0.5);
    }
  }

  @Test
  void aDifferenceTooLargeToReckonWithIsNoRateButTheNextIsComparedWithIt() {
    RateAlarm function = new RateAlarm();
    RateAlarm.Last last = function.createAccumulator();
    add(function, last, 0, 0);
    assertRate(add(function, last, 10, 100), 1, 0, 10.0);
    assertRate(add(function, last, 1.5e300, 200), 1, 1, null);
    assertRate(add(function, last, 1.5e300, 300), 0, 1, 0.0);
  }

  @Test
  void aRateWithoutALimitOnItsSideIsNoAlarmAndARetiredRuleEndsIt() {
    RateAlarm function = new RateAlarm();
    RateAlarm.Last last = function.createAccumulator();
    for (int row = 0; row < 3; row++) {
      TimestampData time = TimestampData.fromEpochMillis(row * 100L);
      double value = row % 2 * 1e6;
      function.accumulate(last, value, time, false, false, 100, 100, null, null, false, 1);
      assertRate(function.getValue(last), 0, 0, null);
    }
    assertRate(add(function, last, 10, 300), 1, 0, 10.0);
    RowData retired = judge(function, last, 90, 400, false, true);
    assertRate(retired, 0, 1, null);
    assertThat(retired.getLong(4)).isEqualTo(5);
    assertThat(retired.getArray(5).toDoubleArray()).containsExactly(1e6, -1e6, 10);
  }

  private static RowData add(RateAlarm function, RateAlarm.Last last, double value, long timeMs) {
    return judge(function, last, value, timeMs, false, false);
  }

  private static RowData judge(
      RateAlarm function,
      RateAlarm.Last last,
      double value,
      long timeMs,
      boolean late,
      boolean retired) {
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    function.accumulate(last, value, time, late, retired, 100, 100, -10.0, 2.0, false, 1);
    return function.getValue(last);
  }

  private static void assertRate(RowData row, int now, int earlier, Double rate) {
    assertThat(List.of(row.getInt(0), row.getInt(1))).containsExactly(now, earlier);
    assertThat(row.isNullAt(AlarmState.OWN)).isEqualTo(rate == null);
    if (rate != null) {
      assertThat(row.getDouble(AlarmState.OWN)).isEqualTo(rate);
    }
  }
}
