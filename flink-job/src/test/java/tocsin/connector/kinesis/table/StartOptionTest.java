package tocsin.connector.kinesis.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import tocsin.connector.kinesis.source.Start;

class StartOptionTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void beginsAtLatestWhenNothingIsSaid() {
    assertThat(StartOption.of(new Configuration())).isEqualTo(new Start.Latest());
  }

  @Test
  void readsAnInstantInTheDefaultForm() {
    assertThat(at("2026-01-01T13:00:00.000+01:00", Map.of()))
        .isEqualTo(new Start.AtTimestamp(NOON));
  }

  @Test
  void readsAnInstantAsSecondsSince1970() {
    assertThat(at("1767268800.0", Map.of())).isEqualTo(new Start.AtTimestamp(NOON));
  }

  @Test
  void readsAFormWithoutAZoneAsUtc() {
    assertThat(at("2026-01-01 12:00", Map.of("source.init.timestamp.format", "yyyy-MM-dd HH:mm")))
        .isEqualTo(new Start.AtTimestamp(NOON));
  }

  private static Start at(String timestamp, Map<String, String> more) {
    var options = Configuration.fromMap(more);
    options.setString("source.init.position", "AT_TIMESTAMP");
    options.setString("source.init.timestamp", timestamp);
    return StartOption.of(options);
  }
}
