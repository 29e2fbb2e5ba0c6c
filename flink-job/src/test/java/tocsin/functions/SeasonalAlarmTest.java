package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.FunctionContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is usual at an hour of the day, and what is not. */
class SeasonalAlarmTest {
  private static final long HOUR_MS = 3_600_000;
  private static final long THURSDAY_NOON = ms("2026-01-01T12:00:00Z");
  private static final StringData UTC = StringData.fromString("UTC");
  private static final byte[] SERIES = "1 1 1\nr\ns\ne\nm".getBytes(StandardCharsets.UTF_8);

  private final SeasonalAlarm function = new SeasonalAlarm();

  @BeforeEach
  void open() {
    function.open(new FunctionContext(null));
  }

  @Test
  void eachHourOfWorkingDaysAndOfWeekendsHasItsOwnFigures() throws IOException {
    SeasonalHours hours = function.createAccumulator();
    add(hours, 10, THURSDAY_NOON, UTC);
    add(hours, 14, THURSDAY_NOON + HOUR_MS - 1, UTC);
    add(hours, 99, THURSDAY_NOON + HOUR_MS, UTC);
    add(hours, 50, THURSDAY_NOON + 48 * HOUR_MS, UTC);
    for (SeasonalHours same : StateCopies.of(new SeasonalHours.Serializer(), hours)) {
      peek(same, THURSDAY_NOON + 24 * HOUR_MS, UTC);
      assertFigures(same, 12.0, 2.0);
      assertThat(same.isLearning(2, 1)).isFalse();
      assertThat(same.isLearning(3, 1)).isTrue();
      assertThat(same.isLearning(2, 2)).isTrue();
      add(same, 12, THURSDAY_NOON + 24 * HOUR_MS, UTC);
      assertThat(same.isLearning(3, 2)).isFalse();
      peek(same, THURSDAY_NOON + 72 * HOUR_MS, UTC);
      assertFigures(same, 50.0, 0.0);
      peek(same, THURSDAY_NOON + 97 * HOUR_MS, UTC);
      assertFigures(same, 99.0, 0.0);
      peek(same, THURSDAY_NOON + 96 * HOUR_MS, UTC);
      assertThat(same.meanBefore).isEqualTo(12);
      assertThat(same.isLearning(4, 2)).isTrue();
      peek(same, THURSDAY_NOON + 95 * HOUR_MS, UTC);
      assertFigures(same, Double.NaN, Double.NaN);
    }
  }

  @Test
  void hoursAreThoseOfTheTimeZoneInSummerToo() {
    SeasonalHours hours = function.createAccumulator();
    StringData paris = StringData.fromString("Europe/Paris");
    add(hours, 10, ms("2026-03-27T11:30:00Z"), paris);
    peek(hours, ms("2026-03-30T10:30:00Z"), UTC);
    assertFigures(hours, Double.NaN, Double.NaN);
    peek(hours, ms("2026-03-30T10:30:00Z"), paris);
    assertFigures(hours, 10.0, 0.0);
    peek(hours, ms("2026-03-27T11:59:59.999Z"), paris);
    assertFigures(hours, 10.0, 0.0);
  }

  @Test
  void anOutlierMovesTheFiguresOfItsHourByLittle() {
    SeasonalHours hours = known();
    add(hours, 1e9, THURSDAY_NOON + 100, UTC);
    peek(hours, THURSDAY_NOON + 101, UTC);
    assertThat(hours.meanBefore).isCloseTo(100.5, within(0.1));
    assertThat(hours.stddevBefore).isLessThan(0.6);
  }

  @Test
  void aValueThatItsHourDoesNotKnowIsAnAlarmUntilANewerOneIsUsual() {
    SeasonalHours hours = known();
    // The relative minimum, 5 of 100.5, is wider than 3 σ.
    assertAlarm(add(hours, 105, THURSDAY_NOON + 200, UTC), 0, 0);
    RowData high = add(hours, 107, THURSDAY_NOON + 300, UTC);
    assertAlarm(high, 1, 0);
    assertThat(high.getDouble(AlarmState.OWN)).isCloseTo(100.5, within(0.1));
    assertThat(high.getDouble(AlarmState.OWN + 1)).isCloseTo(0.5, within(0.1));
    assertThat(high.getArray(5).getDouble(23)).isEqualTo(107);
    assertAlarm(add(hours, 100, THURSDAY_NOON + 299, UTC), 1, 1);
    assertAlarm(add(hours, 90, THURSDAY_NOON + 299, UTC), 2, 1);
    // An hour that is not known yet says nothing.
    assertAlarm(add(hours, 100, THURSDAY_NOON + HOUR_MS, UTC), 2, 2);
    assertAlarm(add(hours, 100, THURSDAY_NOON + 400, UTC), 2, 2);
    assertAlarm(add(hours, 100, THURSDAY_NOON + 24 * HOUR_MS, UTC), 0, 2);
  }

  @Test
  void lateRowsAreJudgedAndNotLearnedAndARetiredOneEndsTheAlarm() {
    SeasonalHours hours = known();
    long time = THURSDAY_NOON + 1_000;
    double meanBefore = hours.meanBefore;
    assertAlarm(judge(hours, 200, time, true, false), 1, 0);
    assertAlarm(judge(hours, 200, time, false, true), 0, 1);
    peek(hours, time, UTC);
    assertThat(hours.isLearning(101, 1)).isTrue();
    assertThat(hours.meanBefore).isCloseTo(meanBefore, within(0.01));
  }

  /** A hundred values of one hour around 100.5. */
  private SeasonalHours known() {
    SeasonalHours hours = function.createAccumulator();
    for (int reading = 0; reading < 100; reading++) {
      assertAlarm(add(hours, 100 + reading % 2, THURSDAY_NOON + reading, UTC), 0, 0);
    }
    return hours;
  }

  private static long ms(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }

  /** Has the figures of the hour told, and learns nothing. */
  private void peek(SeasonalHours hours, long timeMs, StringData zone) {
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    function.accumulate(hours, 0, time, false, true, zone, 3, 30, 0.05, 1, false, 1, SERIES);
  }

  private RowData add(SeasonalHours hours, double value, long timeMs, StringData zone) {
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    function.accumulate(hours, value, time, false, false, zone, 3, 30, 0.05, 1, false, 1, SERIES);
    return function.getValue(hours);
  }

  private RowData judge(
      SeasonalHours hours, double value, long timeMs, boolean late, boolean retired) {
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    function.accumulate(hours, value, time, late, retired, UTC, 3, 30, 0.05, 1, false, 1, SERIES);
    return function.getValue(hours);
  }

  private static void assertAlarm(RowData row, int now, int earlier) {
    assertThat(List.of(row.getInt(0), row.getInt(1))).containsExactly(now, earlier);
  }

  private static void assertFigures(SeasonalHours hours, double mean, double stddev) {
    assertThat(List.of(hours.meanBefore, hours.stddevBefore)).containsExactly(mean, stddev);
  }
}
