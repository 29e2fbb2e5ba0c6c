package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

/** What the heuristic detectors remember of a key. */
class HeuristicsTest {
  private static final long HOUR_MS = 3_600_000;
  private static final StringData UTC = StringData.fromString("UTC");

  @Test
  void eachHourOfWorkingDaysAndOfWeekendsHasItsOwnFigures() throws IOException {
    SeasonalStats function = new SeasonalStats();
    Slots slots = function.createAccumulator();
    long thursday = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();
    add(function, slots, 10.0, thursday, UTC);
    add(function, slots, 14.0, thursday + HOUR_MS - 1, UTC);
    add(function, slots, 99.0, thursday + HOUR_MS, UTC);
    add(function, slots, 50.0, thursday + 48 * HOUR_MS, UTC);
    slots = restored(slots);
    RowData friday = add(function, slots, null, thursday + 24 * HOUR_MS, UTC);
    assertThat(List.of(friday.getLong(0), friday.getLong(1))).containsExactly(2L, 1L);
    assertThat(List.of(friday.getDouble(2), friday.getDouble(3))).containsExactly(12.0, 2.0);
    add(function, slots, 12.0, thursday + 24 * HOUR_MS, UTC);
    RowData monday = add(function, slots, null, thursday + 96 * HOUR_MS, UTC);
    assertThat(List.of(monday.getLong(0), monday.getLong(1))).containsExactly(3L, 2L);
  }

  @Test
  void hoursAreThoseOfTheTimeZoneInSummerToo() {
    SeasonalStats function = new SeasonalStats();
    Slots slots = function.createAccumulator();
    StringData paris = StringData.fromString("Europe/Paris");
    add(function, slots, 10.0, Instant.parse("2026-03-27T11:30:00Z").toEpochMilli(), paris);
    RowData sameHour =
        add(function, slots, null, Instant.parse("2026-03-30T10:30:00Z").toEpochMilli(), paris);
    assertThat(sameHour.getLong(0)).isEqualTo(1);
  }

  @Test
  void anOutlierMovesTheFiguresOfItsHourByLittle() {
    SeasonalStats function = new SeasonalStats();
    Slots slots = function.createAccumulator();
    for (int reading = 0; reading < 100; reading++) {
      add(function, slots, 100.0 + reading % 2, reading, UTC);
    }
    add(function, slots, 1e9, 100, UTC);
    RowData after = add(function, slots, null, 101, UTC);
    assertThat(after.getDouble(2)).isCloseTo(100.5, within(0.1));
    assertThat(after.getDouble(3)).isLessThan(0.6);
  }

  private static Slots restored(Slots slots) throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    new Slots.Serializer().serialize(slots, bytes);
    return new Slots.Serializer().deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer()));
  }

  private static RowData add(
      SeasonalStats function, Slots slots, Double value, long timeMs, StringData zone) {
    function.accumulate(slots, value, TimestampData.fromEpochMillis(timeMs), zone);
    return function.getValue(slots);
  }
}
