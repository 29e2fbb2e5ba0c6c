package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.FunctionContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What creeps away from its reference, and what does not. */
class DriftAlarmTest {
  private static final double WARM_UP = 100;
  private static final double SLACK = 0.5;
  private static final double THRESHOLD = 12;
  private static final byte[] SERIES = "1 1 1\nr\ns\ne\nm".getBytes(StandardCharsets.UTF_8);

  private final DriftAlarm function = new DriftAlarm();
  private long nowMs = 1_000_000;

  @BeforeEach
  void open() {
    function.open(new FunctionContext(null));
  }

  @Test
  void plainNoiseHardlyEverLooksLikeADrift() {
    int alarms = 0;
    int readings = 0;
    for (int series = 0; series < 200; series++) {
      Random random = new Random(series);
      DriftSums drift = function.createAccumulator();
      for (int reading = 0; reading < 5_000; reading++) {
        RowData row = add(drift, 100 + random.nextGaussian() * 3);
        alarms += row.getInt(0) > 0 && row.getInt(1) == 0 ? 1 : 0;
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
      DriftSums drift = function.createAccumulator();
      for (int build = 0; build < 700; build++) {
        double creepDays = Math.max(0, build - 300) / 10.0;
        double value = 600 * Math.pow(1.01, creepDays) * (1 + 0.05 * random.nextGaussian());
        if (add(drift, value).getInt(0) == 1 && creepDays > 0) {
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
    DriftSums learned = function.createAccumulator();
    for (int reading = 0; reading < WARM_UP; reading++) {
      add(learned, 100.0 + reading % 2);
      assertThat(learned.isLearning()).isEqualTo(reading < 99);
      learned = StateCopies.of(new DriftSums.Serializer(), learned).get(reading % 2);
    }
    RowData row = null;
    for (int reading = 0; reading < 100; reading++) {
      row = add(learned, 99.5);
    }
    assertAlarm(row, 2, 2);
    assertThat(row.getDouble(AlarmState.OWN)).isEqualTo(100.5);
    assertThat(row.getDouble(AlarmState.OWN + 1)).isCloseTo(0.5, within(0.01));
    assertThat(row.getDouble(AlarmState.OWN + 2)).isZero();
    assertThat(row.getDouble(AlarmState.OWN + 3)).isEqualTo(2 * THRESHOLD);
    assertThat(row.isNullAt(AlarmState.OWN + 4)).isTrue();
    assertThat(row.getDouble(AlarmState.OWN + 5)).isCloseTo(99.5, within(1e-9));
    for (DriftSums drift : StateCopies.of(new DriftSums.Serializer(), learned)) {
      int open = 0;
      for (int reading = 0; reading < 2 * THRESHOLD / SLACK; reading++) {
        open += add(drift, 100.5).getInt(0) == 2 ? 1 : 0;
      }
      // Half a σ a reading, from 24 σ down to half the threshold: the 36th ends it.
      assertThat(open).isEqualTo(35);
      assertThat(largest(drift)).isZero();
    }
  }

  @Test
  void outliersSpoilNoReferenceAndOneAloneIsNoDrift() {
    DriftSums drift = function.createAccumulator();
    for (int reading = 0; reading < WARM_UP; reading++) {
      add(drift, reading % 20 == 0 ? 1e9 : 100.0 + reading % 2);
    }
    assertThat(drift.mean).isCloseTo(100.5, within(0.1));
    assertAlarm(add(drift, 1e12), 0, 0);
    assertThat(largest(drift)).isEqualTo(4 - SLACK);
  }

  @Test
  void ofAConstantEveryChangeCounts() {
    DriftSums drift = constant();
    add(drift, 0.1);
    assertThat(largest(drift)).isZero();
    add(drift, 0.1001);
    assertThat(largest(drift)).isEqualTo(4 - SLACK);
  }

  @Test
  void lateRowsAddNothingAndARetiredOneEndsTheAlarm() {
    DriftSums drift = constant();
    for (int reading = 0; reading < 3; reading++) {
      assertAlarm(add(drift, 1), 0, 0);
    }
    assertAlarm(judge(drift, 1, true, false), 0, 0);
    assertAlarm(add(drift, 1), 1, 0);
    RowData retired = judge(drift, 1, false, true);
    assertAlarm(retired, 0, 1);
    assertThat(retired.getDouble(AlarmState.OWN + 2)).isEqualTo(4 * (4 - SLACK));
    assertThat(retired.getDouble(AlarmState.OWN + 4)).isEqualTo(1);
    assertThat(retired.getArray(5).size()).isEqualTo(24);
    assertThat(retired.getArray(5).getDouble(18)).isEqualTo(0.1);
    assertThat(retired.getArray(5).getDouble(19)).isEqualTo(1);
  }

  @Test
  void aRowOlderThanTheNewestCountsAndMayRaiseButOnlyTheNextNewestEndsTheAlarm()
      throws IOException {
    DriftSums learned = constant();
    for (int reading = 0; reading < 4; reading++) {
      add(learned, 1);
    }
    // From 14 σ, half a σ a row: the 16th comes down to half of 12.
    for (int reading = 0; reading < 16; reading++) {
      assertAlarm(judge(learned, 0.1, nowMs - 1, false, false), 1, 1);
    }
    assertThat(learned.risen).isEqualTo(6);
    assertAlarm(judge(learned, 0.1, nowMs - 1, true, false), 1, 1);
    for (DriftSums drift : StateCopies.of(new DriftSums.Serializer(), learned)) {
      assertAlarm(judge(drift, 0.1, nowMs - 1, false, false), 1, 1);
      // One of the same time is not older.
      assertAlarm(judge(drift, 0.1, nowMs, false, false), 0, 1);
      assertAlarm(judge(drift, 1, nowMs - 5, false, false), 0, 0);
      assertAlarm(judge(drift, 1, nowMs - 6, false, false), 0, 0);
      assertAlarm(judge(drift, 1, nowMs - 4, false, false), 1, 0);
      assertAlarm(judge(drift, 1, nowMs - 4, false, true), 0, 1);
    }
  }

  private DriftSums constant() {
    DriftSums drift = function.createAccumulator();
    for (int reading = 0; reading < WARM_UP; reading++) {
      add(drift, 0.1);
    }
    return drift;
  }

  private static double largest(DriftSums drift) {
    return Math.max(drift.risen, drift.fallen);
  }

  private RowData add(DriftSums drift, double value) {
    nowMs += 1_000;
    return judge(drift, value, false, false);
  }

  private RowData judge(DriftSums drift, double value, boolean late, boolean retired) {
    return judge(drift, value, nowMs, late, retired);
  }

  private RowData judge(DriftSums drift, double value, long timeMs, boolean late, boolean retired) {
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    function.accumulate(
        drift, value, time, late, retired, WARM_UP, SLACK, THRESHOLD, false, 1, SERIES);
    return function.getValue(drift);
  }

  private static void assertAlarm(RowData row, int now, int earlier) {
    assertThat(List.of(row.getInt(0), row.getInt(1))).containsExactly(now, earlier);
  }
}
