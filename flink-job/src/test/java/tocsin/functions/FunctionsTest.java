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
