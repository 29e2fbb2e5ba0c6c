package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of the input streams as it travels in the jar, planned on the bundled connector. */
class StartPositionTest {
  private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/readings";

  @ParameterizedTest
  @ValueSource(strings = {"LATEST", "TRIM_HORIZON"})
  void needsNoInstant(String position) {
    assertThat(plan(Map.of("start_position", position))).contains("records_readings");
  }

  @Test
  void takesAnInstant() {
    var properties =
        Map.of("start_position", "AT_TIMESTAMP", "start_timestamp", "2026-01-01T12:00:00.000Z");
    assertThat(plan(properties)).contains("records_readings");
  }

  @Test
  void takesAnArchiveThatIsReadBefore() {
    var properties = Map.of("start_position", "LATEST", "warm_uri", "s3://archive/warm/1/");
    assertThat(plan(properties)).contains("records_readings");
    var input = new JobProperties.Input("readings", ARN);
    assertThat(JobProperties.of("tocsin", properties).of(input).get("archive_option"))
        .isEqualTo("'tocsin.archive.uri' = 's3://archive/warm/1/readings/manifest.json',");
    assertThat(JobProperties.of("tocsin", Map.of()).of(input).get("archive_option")).isEmpty();
  }

  @Test
  void namesThePropertyWhenTheInstantIsMissing() {
    assertThatThrownBy(() -> plan(Map.of("start_position", "AT_TIMESTAMP")))
        .hasMessageContaining("'start_timestamp'");
  }

  @Test
  void namesTheOptionWhenTheInstantIsNone() {
    var properties = Map.of("start_position", "AT_TIMESTAMP", "start_timestamp", "noon");
    assertThatThrownBy(() -> plan(properties)).rootCause().hasMessageContaining("noon");
  }

  private static String plan(Map<String, String> start) {
    var properties = new HashMap<>(Map.of("region", "us-east-1", "read_interval_ms", "200"));
    properties.putAll(start);
    var values =
        JobProperties.of("tocsin", properties).of(new JobProperties.Input("readings", ARN));
    var tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    List<SqlFolder.SqlFile> files =
        SqlFolder.ofJar("tables").stream()
            .filter(file -> file.name().equals("records.each-input.sql"))
            .toList();
    files.get(0).text().statements(values).forEach(tables::executeSql);
    return tables.explainSql("SELECT * FROM records_readings");
  }
}
