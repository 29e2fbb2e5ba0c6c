package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.FunctionContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviationAlarmTest {
  private static final int WITHIN = 0;
  private static final int ABOVE = 1;
  private static final int BELOW = 2;
  private static final int MEAN = AlarmState.OWN;
  private static final int STDDEV = MEAN + 1;

  private static final byte[] SERIES = "1 1 1\nr\ns\ne\nm".getBytes(StandardCharsets.UTF_8);

  private final DeviationAlarm function = new DeviationAlarm();

  @BeforeEach
  void open() {
    function.open(new FunctionContext(null));
  }

  @Test
  void aValueIsComparedWithTheMeanOfThoseBeforeItOnly() {
    DeviationAlarm.Series series = function.createAccumulator();
    assertStats(add(series, 10, 1), null, null);
    assertStats(add(series, 20, 2), 10.0, 0.0);
    assertStats(add(series, 99, 3), 15.0, 5.0);
    assertStats(add(series, 0, 4), 43.0, Math.sqrt((33 * 33 + 23 * 23 + 56 * 56) / 3.0));
  }

  @Test
  void whatIsOlderThanTheLimitIsForgotten() {
    DeviationAlarm.Series series = function.createAccumulator();
    for (int row = 0; row < 30; row++) {
      add(series, row, row);
    }
    // Rows 20 to 29: ten of them.
    assertStats(add(series, 0, 30), 24.5, Math.sqrt(8.25));
  }

  @Test
  void digitsFarFromZeroAreKept() {
    DeviationAlarm.Series series = function.createAccumulator();
    for (int row = 0; row < 20; row++) {
      add(series, 1e9 + (row % 2 == 0 ? 1 : -1), row);
    }
    assertStats(add(series, 1e9, 20), 1e9, 1.0);
  }

  @Test
  void aConstantHasNoSpreadAndANumberThatCannotBeSquaredGivesNoFigureUntilItIsForgotten() {
    DeviationAlarm.Series series = function.createAccumulator();
    for (int row = 0; row < 20; row++) {
      add(series, 0.1, row);
    }
    RowData constant = add(series, 1e200, 20);
    assertThat(constant.getDouble(MEAN)).isEqualTo(0.1);
    assertThat(constant.getDouble(STDDEV)).isZero();
    assertPlace(constant, ABOVE, WITHIN);
    for (int row = 0; row < 10; row++) {
      assertStats(add(series, 1, 21 + row), null, null);
    }
    assertStats(add(series, 1, 31), 1.0, 0.0);
  }

  @Test
  void thePlaceFollowsTheValueOnceThereAreSamplesEnough() {
    DeviationAlarm.Series series = function.createAccumulator();
    assertPlace(add(series, 10, 1), WITHIN, WITHIN);
    assertPlace(add(series, 90, 2), WITHIN, WITHIN);
    series = steady();
    assertPlace(add(series, 99, 10), ABOVE, WITHIN);
    series = steady();
    assertPlace(add(series, 1, 10), BELOW, WITHIN);
    assertPlace(add(series, 10, 11), WITHIN, BELOW);
  }

  @Test
  void anOlderRowGoesOutButDoesNotComeBackAndARetiredOneDoes() {
    DeviationAlarm.Series series = steady();
    assertPlace(add(series, 99, 5), ABOVE, WITHIN);
    assertPlace(add(series, 10, 5), ABOVE, ABOVE);
    assertPlace(judge(series, 99, 5, false, true), WITHIN, ABOVE);
  }

  @Test
  void lateAndRetiredRowsCountForNoMean() {
    DeviationAlarm.Series series = steady();
    judge(series, 1_000, 10, true, false);
    judge(series, 1_000, 10, false, true);
    assertStats(add(series, 10, 11), 10.0, 0.0);
  }

  @Test
  void aSeriesComesBackFromStateAsItWas() throws IOException {
    DeviationAlarm.Series series = steady();
    add(series, 99, 20);
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    DeviationAlarm.Serializer serializer = new DeviationAlarm.Serializer();
    serializer.serialize(series, bytes);
    for (DeviationAlarm.Series same :
        List.of(
            serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer())),
            serializer.copy(series))) {
      RowData row = add(same, 10, 19);
      assertPlace(row, ABOVE, ABOVE);
      assertThat(row.getDouble(MEAN)).isEqualTo((9 * 10 + 99) / 10.0);
    }
  }

  @Test
  void valuesThatStrayAreHeldUntilTheyAreTheNewNormal() throws IOException {
    DeviationAlarm.Series series = function.createAccumulator();
    for (int row = 0; row < 10; row++) {
      placeHolding(series, row % 2 == 0 ? 10 : 12);
    }
    assertThat(placeHolding(series, 30)).isEqualTo(ABOVE);
    assertThat(placeHolding(series, 31)).isEqualTo(ABOVE);
    assertThat(placeHolding(series, 11)).isEqualTo(WITHIN);
    for (int row = 0; row < 4; row++) {
      assertThat(placeHolding(series, row % 2 == 0 ? 30 : 31)).isEqualTo(ABOVE);
    }
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    DeviationAlarm.Serializer serializer = new DeviationAlarm.Serializer();
    serializer.serialize(series, bytes);
    for (DeviationAlarm.Series same :
        List.of(
            serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer())),
            serializer.copy(series))) {
      assertThat(placeHolding(same, 30)).isEqualTo(ABOVE);
      assertThat(placeHolding(same, 31)).isEqualTo(ABOVE);
      assertThat(placeHolding(same, 30)).isEqualTo(WITHIN);
      assertThat(placeHolding(same, 11)).isEqualTo(BELOW);
    }
  }

  @Test
  void aRowWithAnAlarmTellsItsMeanWithoutBeingAskedAndAQuietOneNothing() {
    DeviationAlarm.Series series = steady();
    assertThat(unasked(series, 10, false)).isSameAs(unasked(series, 10, false));
    RowData raised = unasked(series, 99, false);
    assertPlace(raised, ABOVE, WITHIN);
    assertStats(raised, 10.0, 0.0);
    assertThat(raised.getLong(4)).isEqualTo(12);
    assertThat(raised.getArray(5).toDoubleArray()).hasSize(10).endsWith(10, 99);
    RowData cleared = unasked(series, 99, true);
    assertPlace(cleared, WITHIN, ABOVE);
    assertStats(cleared, (9 * 10 + 99) / 10.0, Math.sqrt(0.09) * 89);
  }

  @Test
  void theRecentValuesEndWithTheOneThatIsTold() {
    DeviationAlarm.Series series = steady();
    assertThat(recent(judge(series, 99, 20, true, false))).hasSize(10).endsWith(10, 99);
    assertThat(recent(judge(series, 98, 20, true, false))).hasSize(11).endsWith(99, 98);
    assertThat(recent(judge(series, 50, 30, false, false))).hasSize(10).endsWith(10, 50);
    assertThat(recent(judge(series, 10, 40, false, true))).hasSize(11).endsWith(50, 10);
  }

  @Test
  void theyAreTheNewestWhetherARuleHoldsOrNotAndWhenItChanges() {
    DeviationAlarm.Series series = steady();
    placeHolding(series, 30);
    placeHolding(series, 31);
    assertThat(recent(function.getValue(series))).hasSize(11).endsWith(10, 30, 31);
    assertThat(recent(add(series, 32, 50))).hasSize(10).endsWith(10, 32);
    placeHolding(series, 90);
    assertThat(recent(function.getValue(series))).hasSize(11).endsWith(10, 32, 90);
  }

  private static double[] recent(RowData told) {
    return told.getArray(5).toDoubleArray();
  }

  private RowData unasked(DeviationAlarm.Series series, double value, boolean retired) {
    TimestampData time = TimestampData.fromEpochMillis(30);
    function.accumulate(
        series, value, time, false, retired, 3.0, 5, 0.05, 0, 10, false, 0, SERIES, false);
    return function.getValue(series);
  }

  /** Where a value lies when six in a row that stray are held. */
  private int placeHolding(DeviationAlarm.Series series, double value) {
    TimestampData time = TimestampData.fromEpochMillis(0);
    function.accumulate(series, value, time, false, false, 3.0, 4, 0.05, 6, 10, false, 0, SERIES);
    return function.getValue(series).getInt(0);
  }

  /** Nine times ten. */
  private DeviationAlarm.Series steady() {
    DeviationAlarm.Series series = function.createAccumulator();
    for (int row = 1; row < 10; row++) {
      add(series, 10, row);
    }
    return series;
  }

  private RowData add(DeviationAlarm.Series series, double value, long timeMs) {
    return judge(series, value, timeMs, false, false);
  }

  private RowData judge(
      DeviationAlarm.Series series, double value, long timeMs, boolean late, boolean retired) {
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    function.accumulate(
        series, value, time, late, retired, 3.0, 5, 0.05, 0, 10, false, 0, SERIES, true);
    return function.getValue(series);
  }

  private static void assertPlace(RowData row, int now, int earlier) {
    assertThat(List.of(row.getInt(0), row.getInt(1))).containsExactly(now, earlier);
  }

  private static void assertStats(RowData row, Double mean, Double stddev) {
    assertThat(row.isNullAt(MEAN)).isEqualTo(mean == null);
    if (mean != null) {
      assertThat(row.getDouble(MEAN)).isCloseTo(mean, within(1e-9));
      assertThat(row.getDouble(STDDEV)).isCloseTo(stddev, within(1e-9));
    }
  }
}
