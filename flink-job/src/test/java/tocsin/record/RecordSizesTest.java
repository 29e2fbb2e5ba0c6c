package tocsin.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tocsin.connector.kinesis.sink.SinkEntries;

/**
 * What is kept of a record fits into a message of the sink, which ends the job for a larger one.
 */
class RecordSizesTest {
  private static final long NOW = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();
  private static final String SOURCES =
      "{\"sources\":[{\"name\":\"s\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
          + "\"time\":\"t\",\"metrics\":\"*\"}]}";

  /**
   * Each takes more bytes of JSON than of the record: six for one, two for one, twelve for four.
   */
  @ParameterizedTest
  @CsvSource({"0, 33333", "1, 33333", "34, 100000", "92, 100000", "128512, 33332", "10, 100000"})
  void whatItKeepsOfAMegabyteFitsIntoAMessageOfTheSink(int character, int kept) throws Exception {
    String letter = Character.toString(character);
    int bytes = letter.getBytes(StandardCharsets.UTF_8).length;
    Read read = read(SOURCES, letter.repeat(1_000_000 / bytes));
    assertThat(read.reject).isEqualTo("not_json");
    assertThat(read.raw).hasSize(kept).isEqualTo(letter.repeat(kept / letter.length()));
    assertThat(SinkEntries.sizeOf(Map.of("raw", read.raw, "detail", read.detail)))
        .isBetween(199_900L, 205_000L);
  }

  @Test
  void refusesAnEntityOfControlCharactersInAFewWords() throws Exception {
    Read read =
        read(SOURCES, "{\"pump\":\"" + "\\u0001".repeat(150_000) + "\",\"t\":" + NOW + ",\"a\":1}");
    assertThat(read.reject).isEqualTo("no_entity");
    assertThat(read.detail).hasSizeLessThan(200).contains("150000");
    assertThat(SinkEntries.sizeOf(Map.of("raw", read.raw, "detail", read.detail)))
        .isLessThan(205_000);
  }

  @Test
  void labelsAreCutSoThatHoweverManyThereAreTheyFitIntoAMessageOfTheSink() throws Exception {
    assertThat(labelsOf(2, "\\u0001".repeat(1_001)).values())
        .allMatch("\u0001".repeat(1_000)::equals);
    assertThat(labelsOf(500, "x".repeat(400)).values()).allMatch("x".repeat(400)::equals);
    Map<String, String> many = labelsOf(500, "\\u0001".repeat(300));
    assertThat(many).hasSize(500);
    assertThat(many.values()).allMatch("\u0001".repeat(66)::equals);
    assertThat(SinkEntries.sizeOf(Map.of("labels", many))).isLessThan(250_000);
  }

  @Test
  void theDetailOfARefusalIsCutWhereTheSourceNamesManyFields() throws IOException {
    String metrics = "\"" + "m".repeat(256) + "\",";
    String source =
        "{\"name\":\"s\",\"match\":{\"fields\":[\"a\"]},\"metrics\":["
            + metrics.repeat(5_000)
            + "\"x\"]}";
    Read read = read("{\"sources\":[" + source + "]}", "{\"a\":1}");
    assertThat(read.reject).isEqualTo("no_metric");
    assertThat(read.detail).hasSize(4_000);
  }

  /** Of a record with so many labels of one value. */
  private static Map<String, String> labelsOf(int count, String json) throws IOException {
    StringBuilder names = new StringBuilder("\"l0\"");
    StringBuilder record = new StringBuilder("{\"a\":1,\"l0\":\"" + json + "\"");
    for (int label = 1; label < count; label++) {
      names.append(",\"l").append(label).append('"');
      record.append(",\"l").append(label).append("\":\"").append(json).append('"');
    }
    return read(
            "{\"sources\":[{\"name\":\"s\",\"match\":{\"fields\":[\"a\"]},\"metrics\":[\"a\"],"
                + "\"labels\":["
                + names
                + "]}]}",
            record.append('}').toString())
        .labels;
  }

  private static Read read(String sources, String record) throws IOException {
    Read read = new Read();
    new RecordReader(sources, 300_000)
        .read(record.getBytes(StandardCharsets.UTF_8), NOW, "readings", read);
    assertThat(read.calls).isEqualTo(1);
    return read;
  }
}
