package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;
import tocsin.rules.Sums;

class FunctionsTest {
  @Test
  void recentValuesKeepsTheNewestOnesInOrder() {
    RecentValues function = new RecentValues();
    Ring ring = function.createAccumulator();
    for (int value = 1; value <= 100; value++) {
      function.accumulate(ring, (double) value, 3);
    }
    assertThat(function.getValue(ring)).containsExactly(98, 99, 100);
  }

  @Test
  void aRingComesBackFromStateAsItWas() throws IOException {
    Ring ring = new Ring();
    for (double value = 0; value < 20; value++) {
      ring.add(value, 12);
    }
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    Ring.Serializer serializer = new Ring.Serializer();
    serializer.serialize(ring, bytes);
    Ring restored = serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer()));
    Ring copied = serializer.copy(ring);
    for (Ring same : List.of(ring, restored, copied)) {
      same.add(100.0, 12);
      assertThat(same.toArray()).containsExactly(9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 100);
    }
  }

  @Test
  void theFirstSwitchThatIsOnNamesTheStateAndTheOneBefore() {
    FirstLatched function = new FirstLatched();
    FirstLatched.Switches switches = function.createAccumulator();
    assertLatched(signal(function, switches, 10L, 0, 0, 1, 0), 3, 0);
    assertLatched(signal(function, switches, 20L, 1, 0, null, 0), 1, 3);
    assertLatched(signal(function, switches, 30L, 0, 0, null, 0), 3, 1);
    assertLatched(signal(function, switches, 40L, 0, 0, 0, 0), 0, 3);
  }

  @Test
  void anOlderRowSwitchesOnButNotOffAndARowWithoutATimeDoes() {
    FirstLatched function = new FirstLatched();
    FirstLatched.Switches switches = function.createAccumulator();
    assertLatched(signal(function, switches, 20L, 0, 0, 1, 0), 3, 0);
    assertLatched(signal(function, switches, 19L, 0, 0, 0, 0), 3, 3);
    assertLatched(signal(function, switches, 19L, 0, 1, 0, 0), 2, 3);
    assertLatched(signal(function, switches, 20L, 0, 0, null, 0), 3, 2);
    assertLatched(signal(function, switches, null, 0, 0, 0, 0), 0, 3);
  }

  @Test
  void switchesComeBackFromStateAsTheyWere() throws IOException {
    FirstLatched function = new FirstLatched();
    FirstLatched.Switches switches = function.createAccumulator();
    signal(function, switches, 20L, 0, 0, 1, 1);
    FirstLatched.Serializer serializer = new FirstLatched.Serializer();
    DataOutputSerializer bytes = new DataOutputSerializer(16);
    serializer.serialize(switches, bytes);
    for (FirstLatched.Switches same :
        List.of(
            serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer())),
            serializer.copy(switches))) {
      assertLatched(signal(function, same, 19L, 0, 0, 0, 0), 3, 3);
      assertLatched(signal(function, same, 20L, 0, 0, 0, null), 4, 3);
    }
  }

  @Test
  void aSwitchThatMustHoldGoesOnWhenNoRowBetweenSaidOtherwise() throws IOException {
    FirstLatched function = new FirstLatched();
    FirstLatched.Switches switches = function.createAccumulator();
    assertLatched(held(function, switches, 0, 1), 0, 0);
    assertLatched(held(function, switches, 9, 1), 0, 0);
    assertLatched(held(function, switches, 10, 0), 0, 0);
    assertLatched(held(function, switches, 15, 1), 0, 0);
    assertLatched(held(function, switches, 11, 0), 0, 0);
    FirstLatched.Serializer serializer = new FirstLatched.Serializer();
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    serializer.serialize(switches, bytes);
    for (FirstLatched.Switches same :
        List.of(
            serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer())),
            serializer.copy(switches))) {
      assertLatched(held(function, same, 24, 1), 0, 0);
      assertLatched(held(function, same, 25, 1), 1, 0);
      assertLatched(held(function, same, 26, 0), 0, 1);
    }
  }

  private static RowData held(
      FirstLatched function, FirstLatched.Switches switches, long timeMs, int signal) {
    function.accumulate(switches, TimestampData.fromEpochMillis(timeMs), 10L, signal, 0, 0, 0);
    return function.getValue(switches);
  }

  @Test
  void earlierTellsOfTheRowBeforeAndOfANewPeriod() {
    Earlier function = new Earlier();
    Earlier.Row row = function.createAccumulator();
    assertEarlier(add(function, row, 1, true, 7), 1, 0, false, false);
    assertEarlier(add(function, row, null, false, 7), 1, 1, true, false);
    assertEarlier(add(function, row, 2, false, 8), 2, 1, false, true);
    assertEarlier(add(function, row, 2, false, 7), 2, 2, false, false);
  }

  @Test
  void whatWasEarlierComesBackFromStateAsItWas() throws IOException {
    Earlier function = new Earlier();
    Earlier.Row row = function.createAccumulator();
    add(function, row, 2, true, 7);
    Earlier.Serializer serializer = new Earlier.Serializer();
    DataOutputSerializer bytes = new DataOutputSerializer(32);
    serializer.serialize(row, bytes);
    for (Earlier.Row same :
        List.of(
            serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer())),
            serializer.copy(row))) {
      assertEarlier(add(function, same, 1, false, 8), 1, 2, true, true);
    }
  }

  @Test
  void partsOfAWindowAreAddedUpOneByOneAndMerged() {
    AddedUp function = new AddedUp();
    AddedUp.Held left = function.createAccumulator();
    AddedUp.Held right = function.createAccumulator();
    assertThat(function.getValue(left)).isNull();
    // Two of the values take each other away, and what they hid comes back.
    function.accumulate(left, sums(1e16, 1));
    function.accumulate(left, sums(3));
    function.accumulate(right, sums(-1e16, 4));
    function.merge(left, List.of(right, function.createAccumulator()));
    RowData added = function.getValue(left);
    assertThat(added.getLong(0)).isEqualTo(5);
    assertThat(added.getDouble(1)).isEqualTo(8);
    assertThat(added.getDouble(2)).isEqualTo(1.6);
    assertThat(added.getDouble(3)).isEqualTo(-1e16);
    assertThat(added.getDouble(4)).isEqualTo(1e16);
    assertThat(added.getDouble(5)).isCloseTo(1e16 * Math.sqrt(0.4), within(4.0));
  }

  @Test
  void periodsOfOneKeyFollowEachOtherAndKeysDoNotShareTheirBegin() {
    PeriodOf function = new PeriodOf();
    long shared = 0;
    for (int key = 0; key < 100; key++) {
      StringData name = StringData.fromString("pump-" + key);
      long first = function.eval(TimestampData.fromEpochMillis(0), 300_000, name);
      assertThat(function.eval(TimestampData.fromEpochMillis(300_000), 300_000, name))
          .isEqualTo(first + 1);
      long inTheFirstMinute = function.eval(TimestampData.fromEpochMillis(60_000), 300_000, name);
      shared += inTheFirstMinute > first ? 1 : 0;
    }
    assertThat(shared).isBetween(10L, 32L);
  }

  private static byte[] sums(double... values) {
    Sums sums = Sums.of("stddev");
    for (double value : values) {
      sums.add(value);
    }
    return sums.toBytes();
  }

  private static RowData signal(
      FirstLatched function, FirstLatched.Switches switches, Long timeMs, Integer... signals) {
    TimestampData time = timeMs == null ? null : TimestampData.fromEpochMillis(timeMs);
    function.accumulate(switches, time, 0L, signals[0], signals[1], signals[2], signals[3]);
    return function.getValue(switches);
  }

  private static void assertLatched(RowData state, int now, int earlier) {
    assertThat(List.of(state.getInt(0), state.getInt(1))).containsExactly(now, earlier);
  }

  private static RowData add(
      Earlier function, Earlier.Row row, Integer state, boolean flag, long period) {
    function.accumulate(row, state, flag, period);
    return function.getValue(row);
  }

  private static void assertEarlier(
      RowData earlier, int now, int state, boolean flag, boolean isNewPeriod) {
    assertThat(List.of(earlier.getInt(0), earlier.getInt(1))).containsExactly(now, state);
    assertThat(List.of(earlier.getBoolean(2), earlier.getBoolean(3)))
        .containsExactly(flag, isNewPeriod);
  }
}
