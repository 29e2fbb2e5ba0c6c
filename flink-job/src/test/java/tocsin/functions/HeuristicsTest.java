package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

/** What the heuristic detectors remember of a key. */
class HeuristicsTest {
  private static final double WARM_UP = 100;
  private static final double SLACK = 0.5;
  private static final double THRESHOLD = 12;
  private static final long HOUR_MS = 3_600_000;
  private static final StringData UTC = StringData.fromString("UTC");

  @Test
  void plainNoiseHardlyEverLooksLikeADrift() {
    int alarms = 0;
    int readings = 0;
    for (int series = 0; series < 200; series++) {
      Random random = new Random(series);
      Drift function = new Drift();
      Slots drift = function.createAccumulator();
      boolean isOpen = false;
      for (int reading = 0; reading < 5_000; reading++) {
        RowData sums = add(function, drift, 100 + random.nextGaussian() * 3);
        boolean isBeyond = !sums.isNullAt(0) && largest(sums) > THRESHOLD;
        alarms += isBeyond && !isOpen ? 1 : 0;
        isOpen = isBeyond || (isOpen && largest(sums) > THRESHOLD / 2);
        readings++;
      }
    }
    System.out.printf("drift: %d alarms in %d readings of noise%n", alarms, readings);
    // A reference of 100 readings is itself off by a tenth of σ, and that adds up.
    assertThat(alarms).isLessThanOrEqualTo(readings / 10_000);
  }

  @Test
  void aBuildThatGetsOnePercentSlowerEachDayIsFoundWithinTenDays() {
    double days = 0;
    double latest = 0;
    int found = 0;
    for (int series = 0; series < 100; series++) {
      Random random = new Random(series);
      Drift function = new Drift();
      Slots drift = function.createAccumulator();
      for (int build = 0; build < 700; build++) {
        double creepDays = Math.max(0, build - 300) / 10.0;
        double value = 600 * Math.pow(1.01, creepDays) * (1 + 0.05 * random.nextGaussian());
        RowData sums = add(function, drift, value);
        if (!sums.isNullAt(0) && sums.getDouble(2) > THRESHOLD && creepDays > 0) {
          days += creepDays;
          latest = Math.max(latest, creepDays);
          found++;
          break;
        }
      }
    }
    System.out.printf(
        "drift: 1 %% a day in noise of 5 %%, 10 builds a day: found after %.1f days, at most %.1f%n",
        days / found, latest);
    assertThat(found).isEqualTo(100);
    assertThat(days / found).isLessThan(7);
    assertThat(latest).isLessThan(10);
  }

  @Test
  void aFallIsFoundAsARiseIsAndTheSumsComeDownAgain() throws IOException {
    Drift function = new Drift();
    Slots drift = function.createAccumulator();
    for (int reading = 0; reading < WARM_UP; reading++) {
      assertThat(add(function, drift, 100.0 + reading % 2).isNullAt(0)).isEqualTo(reading < 99);
    }
    RowData sums = null;
    for (int reading = 0; reading < 100; reading++) {
      sums = add(function, drift, 99.5);
    }
    assertThat(sums.getDouble(0)).isEqualTo(100.5);
    assertThat(sums.getDouble(3)).isEqualTo(2 * THRESHOLD);
    assertThat(sums.getDouble(5)).isCloseTo(99.5, within(1e-9));
    drift = restored(drift);
    for (int reading = 0; reading < 2 * THRESHOLD / SLACK; reading++) {
      sums = add(function, drift, 100.5);
    }
    assertThat(largest(sums)).isZero();
  }

  @Test
  void outliersSpoilNoReferenceAndOneAloneIsNoDrift() {
    Drift function = new Drift();
    Slots drift = function.createAccumulator();
    RowData sums = null;
    for (int reading = 0; reading < WARM_UP; reading++) {
      sums = add(function, drift, reading % 20 == 0 ? 1e9 : 100.0 + reading % 2);
    }
    assertThat(sums.getDouble(0)).isCloseTo(100.5, within(0.1));
    assertThat(largest(add(function, drift, 1e12))).isEqualTo(4 - SLACK);
  }

  @Test
  void ofAConstantEveryChangeCounts() {
    Drift function = new Drift();
    Slots drift = function.createAccumulator();
    for (int reading = 0; reading < WARM_UP; reading++) {
      add(function, drift, 0.1);
    }
    assertThat(largest(add(function, drift, 0.1))).isZero();
    assertThat(largest(add(function, drift, 0.1001))).isEqualTo(4 - SLACK);
  }

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

  private static double largest(RowData sums) {
    return Math.max(sums.getDouble(2), sums.getDouble(3));
  }

  private static Slots restored(Slots slots) throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    new Slots.Serializer().serialize(slots, bytes);
    return new Slots.Serializer().deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer()));
  }

  private static RowData add(Drift function, Slots drift, Double value) {
    function.accumulate(drift, value, WARM_UP, SLACK, THRESHOLD);
    return function.getValue(drift);
  }

  private static RowData add(
      SeasonalStats function, Slots slots, Double value, long timeMs, StringData zone) {
    function.accumulate(slots, value, TimestampData.fromEpochMillis(timeMs), zone);
    return function.getValue(slots);
  }
}
