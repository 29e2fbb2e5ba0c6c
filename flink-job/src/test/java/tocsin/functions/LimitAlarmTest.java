package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

/** Limits 0, 10, 20 and 30 with a dead-band of 2, where a test names no others. */
class LimitAlarmTest {
  private static final int NONE = 0;
  private static final int HIGH_HIGH = 1;
  private static final int LOW_LOW = 2;
  private static final int HIGH = 3;
  private static final int LOW = 4;

  private final LimitAlarm function = new LimitAlarm();
  private LimitAlarm.Series series = function.createAccumulator();
  private Double lowLow = 0.0;
  private Double low = 10.0;
  private Double high = 20.0;
  private Double highHigh = 30.0;
  private long minDurationMs;

  @Test
  void theOuterOfTwoLimitsThatAreExceededNamesTheAlarm() {
    assertAlarm(judge(21, 10), HIGH, NONE);
    assertAlarm(judge(31, 20), HIGH_HIGH, HIGH);
    assertAlarm(judge(29, 30), HIGH_HIGH, HIGH_HIGH);
    assertAlarm(judge(28, 40), HIGH, HIGH_HIGH);
    assertAlarm(judge(19, 50), HIGH, HIGH);
    assertAlarm(judge(18, 60), NONE, HIGH);
    assertAlarm(judge(9, 70), LOW, NONE);
    assertAlarm(judge(-1, 80), LOW_LOW, LOW);
    assertAlarm(judge(1, 90), LOW_LOW, LOW_LOW);
    assertAlarm(judge(2, 100), LOW, LOW_LOW);
    assertAlarm(judge(11, 110), LOW, LOW);
    assertAlarm(judge(12, 120), NONE, LOW);
  }

  @Test
  void aLimitItselfIsInside() {
    for (double value : new double[] {10, 20}) {
      assertAlarm(judge(value, 1), NONE, NONE);
    }
  }

  @Test
  void fromOneSideToTheOtherNothingStaysOn() {
    judge(31, 10);
    assertAlarm(judge(9, 20), LOW, HIGH_HIGH);
    assertAlarm(judge(21, 30), HIGH, LOW);
    judge(-1, 40);
    assertAlarm(judge(21, 50), HIGH, LOW_LOW);
  }

  @Test
  void aDeadBandWiderThanBetweenTheLimitsEndsOnTheOtherSide() {
    low = null;
    high = null;
    highHigh = 1.0;
    assertAlarm(judge(1.5, 10), HIGH_HIGH, NONE);
    assertAlarm(judge(0, 20), HIGH_HIGH, HIGH_HIGH);
    assertAlarm(judge(-0.5, 30), LOW_LOW, HIGH_HIGH);
    assertAlarm(judge(1.5, 40), HIGH_HIGH, LOW_LOW);
  }

  @Test
  void anOuterLimitAloneIsJudgedAndOneThatIsTakenAwayEndsItsAlarm() {
    low = null;
    high = null;
    lowLow = null;
    assertAlarm(judge(25, 10), NONE, NONE);
    assertAlarm(judge(31, 20), HIGH_HIGH, NONE);
    highHigh = null;
    assertAlarm(judge(31, 30), NONE, HIGH_HIGH);
  }

  @Test
  void anOlderRowRaisesButDoesNotEnd() {
    assertAlarm(judge(21, 20), HIGH, NONE);
    assertAlarm(judge(15, 19), HIGH, HIGH);
    assertAlarm(judge(-1, 19), LOW_LOW, HIGH);
    assertAlarm(judge(19, 20), HIGH, LOW_LOW);
    assertAlarm(judge(15, 20), NONE, HIGH);
  }

  @Test
  void aRetiredRowEndsAllWhateverItsTimeAndValue() {
    judge(31, 20);
    assertAlarm(judge(31, 10, true), NONE, HIGH_HIGH);
    assertAlarm(judge(15, 19), NONE, NONE);
  }

  @Test
  void aBreachHoldsWhenNoRowBetweenSaidOtherwise() throws IOException {
    minDurationMs = 10;
    assertAlarm(judge(21, 0), NONE, NONE);
    assertAlarm(judge(21, 9), NONE, NONE);
    assertAlarm(judge(15, 10), NONE, NONE);
    assertAlarm(judge(21, 15), NONE, NONE);
    assertAlarm(judge(15, 11), NONE, NONE);
    assertAlarm(judge(99, 5), NONE, NONE);
    for (LimitAlarm.Series same : List.of(restored(), copied())) {
      series = same;
      assertAlarm(judge(21, 24), NONE, NONE);
      assertAlarm(judge(21, 25), HIGH, NONE);
      assertAlarm(judge(15, 26), NONE, HIGH);
      assertAlarm(judge(21, 40), NONE, NONE);
      judge(21, 45, true);
      assertAlarm(judge(21, 50), NONE, NONE);
    }
  }

  @Test
  void withinTheDeadBandABreachIsInterruptedBeforeItHolds() {
    minDurationMs = 10;
    judge(21, 0);
    judge(19, 5);
    assertAlarm(judge(21, 10), NONE, NONE);
    assertAlarm(judge(21, 20), HIGH, NONE);
    assertAlarm(judge(19, 30), HIGH, HIGH);
  }

  @Test
  void anAlarmComesBackFromStateAsItWas() throws IOException {
    judge(31, 20);
    List<LimitAlarm.Series> same = List.of(restored(), copied());
    judge(15, 30);
    for (LimitAlarm.Series each : same) {
      series = each;
      assertAlarm(judge(15, 19), HIGH_HIGH, HIGH_HIGH);
      assertAlarm(judge(25, 20), HIGH, HIGH_HIGH);
      RowData told = judge(9, 21);
      assertThat(told.getLong(4)).isEqualTo(4);
      assertThat(told.getArray(5).toDoubleArray()).containsExactly(31, 15, 25, 9);
    }
  }

  @Test
  void quietRowsShareOneRow() {
    assertThat(judge(15, 10)).isSameAs(judge(16, 20));
  }

  private RowData judge(double value, long timeMs) {
    return judge(value, timeMs, false);
  }

  private RowData judge(double value, long timeMs, boolean retired) {
    function.accumulate(
        series,
        value,
        TimestampData.fromEpochMillis(timeMs),
        retired,
        lowLow,
        low,
        high,
        highHigh,
        2,
        minDurationMs,
        false,
        0);
    return function.getValue(series);
  }

  private LimitAlarm.Series restored() throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    LimitAlarm.Serializer serializer = new LimitAlarm.Serializer();
    serializer.serialize(series, bytes);
    return serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer()));
  }

  private LimitAlarm.Series copied() {
    return new LimitAlarm.Serializer().copy(series);
  }

  private static void assertAlarm(RowData row, int now, int earlier) {
    assertThat(List.of(row.getInt(0), row.getInt(1))).containsExactly(now, earlier);
  }
}
