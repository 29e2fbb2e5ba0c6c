package tocsin.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which times a record may tell, and in which forms. */
class RecordTimesTest {
  private static final long NOW = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();
  private static final String SOURCES =
      "{\"sources\":[{\"name\":\"listed\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
          + "\"time\":\"t\",\"metrics\":[\"a\"]}]}";

  private RecordReader reader;

  @BeforeEach
  void reader() throws IOException {
    reader = new RecordReader(SOURCES, 300_000);
  }

  @Test
  void limitsATimeThatIsSlightlyAheadToTheArrival() {
    assertThat(read(pump("t", NOW + 300_000)).eventTime).isEqualTo(NOW);
    assertThat(read(pump("t", NOW + 300_001)).reject).isEqualTo("future");
  }

  @ParameterizedTest
  @CsvSource({
    "1769853600000, 2026-01-31T10:00:00.000Z",
    "1.7698536E12, 2026-01-31T10:00:00.000Z",
    "'\"1769853600000\"', 2026-01-31T10:00:00.000Z",
    "'\"2026-01-31T10:00:00Z\"', 2026-01-31T10:00:00.000Z",
    "'\"2026-01-31 10:00:00\"', 2026-01-31T10:00:00.000Z",
    "'\"2026-01-31T10:00\"', 2026-01-31T10:00:00.000Z",
    "'\"2026-01-31\"', 2026-01-31T00:00:00.000Z",
    "'\"2026-01-31T10:00:00.5+01:30\"', 2026-01-31T08:30:00.500Z",
    "'\"2026-01-31T04:00:00.123456789-0500\"', 2026-01-31T09:00:00.123Z",
    "'\"2026-01-31T10:00:00+00\"', 2026-01-31T10:00:00.000Z",
    "1234567890000, 2009-02-13T23:31:30.000Z"
  })
  void readsTimes(String time, Instant expected) {
    assertThat(Instant.ofEpochMilli(read(pump("t", time)).eventTime)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"yesterday\"",
        "\"\"",
        "\"2026-13-01\"",
        "\"2026-02-30T00:00:00Z\"",
        "\"2026-01-31T24:00:00Z\"",
        "\"2026-01-31T10:00:60Z\"",
        "\"2026-01-31T10:00:00Zjunk\"",
        "\"2026-01-31T10:00:00.Z\"",
        "\"2026-01-31T\"",
        "\"2026-1-1\"",
        "\"20260131\"",
        "\"-026-01-01\"",
        "1769853600",
        "1769853600.5",
        "-1",
        "1e300",
        "99999999999999999999999",
        "true",
        "{}",
        "[1769853600000]",
        "null",
        "\"10000-01-01T00:00:00Z\""
      })
  void refusesTimesThatItCannotRead(String time) {
    assertThat(read(pump("t", time)).reject).isEqualTo("unreadable_time");
  }

  private static String pump(String timeField, Object time) {
    return "{\"pump\":\"p\",\"" + timeField + "\":" + time + ",\"a\":1}";
  }

  private Read read(String record) {
    Read read = new Read();
    reader.read(record.getBytes(StandardCharsets.UTF_8), NOW, "readings", read);
    assertThat(read.calls).isEqualTo(1);
    return read;
  }
}
