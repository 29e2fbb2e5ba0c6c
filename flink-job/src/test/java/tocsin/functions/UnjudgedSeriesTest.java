package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.FunctionContext;
import org.junit.jupiter.api.Test;
import tocsin.rules.HeardMetrics;
import tocsin.rules.PackedReading;

class UnjudgedSeriesTest {
  private static final String GROUP = "kinesisanalytics.Program.Tocsin.";

  private final HeardMetrics metrics = new HeardMetrics();
  private long nowMs = 1_000_000;
  private final UnjudgedSeries learning =
      new UnjudgedSeries(metrics, UnjudgedSeries.LEARNING, () -> nowMs);

  @Test
  void eachSeriesCountsOnceUntilItIsJudged() {
    learning.heard("strays", "bar", 1);
    learning.heard("strays", "bar", 1);
    learning.heard("strays", "bar", 2);
    learning.heard("strays", "rpm", 1);
    assertThat(gauge("learning:strays:bar")).isEqualTo(2);
    assertThat(gauge("learning:strays:rpm")).isEqualTo(1);
    learning.judged("strays", "bar", 1);
    assertThat(gauge("learning:strays:bar")).isEqualTo(1);
    assertThat(gauge("learning:strays:rpm")).isEqualTo(1);
  }

  @Test
  void aSeriesThatSendsNoMoreCountsForAnHour() {
    learning.heard("strays", "bar", 1);
    nowMs += UnjudgedSeries.HEARD_WITHIN_MS;
    learning.heard("strays", "bar", 2);
    assertThat(gauge("learning:strays:bar")).isEqualTo(2);
    nowMs++;
    assertThat(gauge("learning:strays:bar")).isEqualTo(1);
  }

  @Test
  void gaugesAreFewHoweverManyMetricsThereAre() {
    for (int metric = 0; metric < 60; metric++) {
      learning.heard("strays", "m" + metric, 100 + metric);
    }
    assertThat(gauge("learning:strays:m49")).isEqualTo(1);
    assertThat(gauge("learning:*:*")).isEqualTo(10);
    learning.judged("strays", "m55", 155);
    assertThat(gauge("learning:*:*")).isEqualTo(9);
  }

  @Test
  void aNameHasOnlyCharactersThatCloudWatchTakes() {
    learning.heard("strays", "größe in m", 1);
    assertThat(gauge("learning:strays:gr__e_in_m")).isEqualTo(1);
  }

  @Test
  void deviationCountsASeriesUntilItHasItsSamples() {
    byte[] name = "6 1 1\nstrays\ns\ne\nbar\nof two lines".getBytes(StandardCharsets.UTF_8);
    assertThat(PackedReading.ruleAndMetricOf(name)).containsExactly("strays", "bar\nof two lines");
    DeviationAlarm function = new DeviationAlarm();
    function.open(new Heard());
    DeviationAlarm.Series series = function.createAccumulator();
    for (int row = 1; row <= 5; row++) {
      TimestampData time = TimestampData.fromEpochMillis(row);
      function.accumulate(series, 1.0, time, false, false, 3.0, 5, 0.05, 0, 10, false, 0, name);
      assertThat(gauge("learning:strays:bar_of_two_lines")).isEqualTo(row < 5 ? 1 : 0);
    }
  }

  @Test
  void driftCountsASeriesUntilItHasItsReference() {
    byte[] name = "6 1 1\ncreeps\ns\ne\nbar".getBytes(StandardCharsets.UTF_8);
    DriftAlarm function = new DriftAlarm();
    function.open(new Heard());
    DriftSums drift = function.createAccumulator();
    for (int row = 1; row <= 5; row++) {
      TimestampData time = TimestampData.fromEpochMillis(row);
      function.accumulate(drift, 1, time, false, false, 4, 0.5, 12, false, 1, name);
      assertThat(gauge("learning:creeps:bar")).isEqualTo(row < 4 ? 1 : 0);
    }
  }

  @Test
  void seasonalCountsASeriesInAnHourThatItDoesNotKnowYet() {
    byte[] name = "6 1 1\nhourly\ns\ne\nbar".getBytes(StandardCharsets.UTF_8);
    SeasonalAlarm function = new SeasonalAlarm();
    function.open(new Heard());
    SeasonalHours hours = function.createAccumulator();
    StringData zone = StringData.fromString("UTC");
    for (int row = 1; row <= 6; row++) {
      TimestampData time = TimestampData.fromEpochMillis(row < 6 ? row : 3_600_000);
      function.accumulate(hours, 1, time, false, false, zone, 3, 4, 0.05, 1, false, 1, name);
      assertThat(gauge("learning:hourly:bar")).isEqualTo(row == 5 ? 0 : 1);
    }
  }

  @Test
  void aSeriesThatIsToldOfWithEachReadingCountsAsLongAsItSends() {
    byte[] name = "6 1 1\nhourly\ns\ne\nbar".getBytes(StandardCharsets.UTF_8);
    for (int minute = 0; minute < 90; minute++) {
      learning.tell(name, false);
      learning.tell(name, false);
      nowMs += 61_000;
    }
    assertThat(gauge("learning:hourly:bar")).isEqualTo(1);
    nowMs += UnjudgedSeries.HEARD_WITHIN_MS;
    assertThat(gauge("learning:hourly:bar")).isZero();
    learning.tell(name, false);
    assertThat(gauge("learning:hourly:bar")).isEqualTo(1);
    learning.tell(name, true);
    assertThat(gauge("learning:hourly:bar")).isZero();
  }

  private long gauge(String name) {
    return metrics.gauge(GROUP + name);
  }

  private final class Heard extends FunctionContext {
    Heard() {
      super(null);
    }

    @Override
    public org.apache.flink.metrics.MetricGroup getMetricGroup() {
      return metrics;
    }
  }
}
