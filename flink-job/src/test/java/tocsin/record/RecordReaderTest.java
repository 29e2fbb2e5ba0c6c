package tocsin.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordReaderTest {
  private static final long NOW = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();
  private static final String SOURCES =
      """
      {"sources":[
        {"name":"bound","match":{"stream":"other","fields":["pump"]},"entity":"pump","metrics":["x"]},
        {"name":"nested","match":{"fields":["device.id"]},"entity":["site","device.id"],
         "time":"meta.at","metrics":"*","labels":["meta.firmware","tags"],"out_of_order_ms":100},
        {"name":"failures","match":{"fields":["user"],"values":{"outcome":"failure","try":2,"late":false}},
         "entity":"user","time":"t","metrics":[],"counter":"failed"},
        {"name":"builds","match":{"fields":["build_id"]},"metrics":"*","labels":["build_id"],
         "counter":"builds"},
        {"name":"listed","match":{"fields":["pump"]},"entity":"pump","time":"t","metrics":["a","b.c"]}
      ]}""";

  private final RecordReader reader = readerOf(SOURCES);

  @Test
  void readsEveryNumberOfANestedRecordThatIsNotEntityTimeOrLabel() {
    Read read =
        read(
            """
            {"site":"north","device":{"id":7,"slot":2},"meta":{"at":"2026-01-31T11:59:00Z","firmware":3},
             "tags":{"a":1},"temp":21.5,"on":true,"text":"12","list":[1],"none":null}""");
    assertThat(read.source).isEqualTo("nested");
    assertThat(read.entity).isEqualTo("north/7");
    assertThat(read.eventTime).isEqualTo(NOW - 60_000);
    assertThat(read.outOfOrderMs).isEqualTo(100);
    assertThat(read.metrics).isEqualTo(Map.of("device.slot", 2.0, "temp", 21.5));
    assertThat(read.labels).isEqualTo(Map.of("meta.firmware", "3", "tags", "{\"a\":1}"));
  }

  @Test
  void takesTheFieldWhoseOwnNameHoldsTheDot() {
    assertThat(read("{\"pump\":\"p\",\"t\":" + NOW + ",\"b.c\":1,\"b\":{\"c\":2}}").metrics)
        .isEqualTo(Map.of("b.c", 1.0));
    assertThat(read("{\"pump\":\"p\",\"t\":" + NOW + ",\"b\":{\"c\":2}}").metrics)
        .isEqualTo(Map.of("b.c", 2.0));
  }

  @Test
  void triesSourcesInOrderAndOnlyOnTheirOwnStream() {
    assertThat(read("{\"pump\":\"p\",\"x\":1}", "other").source).isEqualTo("bound");
    assertThat(read("{\"pump\":\"p\",\"t\":" + NOW + ",\"a\":1}").source).isEqualTo("listed");
    assertThat(read("{\"pump\":null,\"a\":1}").reject).isEqualTo("no_source");
  }

  @Test
  void matchesByTheValuesOfFields() {
    String failure = "\"user\":\"eve\",\"t\":" + NOW + ",\"late\":false";
    assertThat(read("{" + failure + ",\"outcome\":\"failure\",\"try\":2.0}").source)
        .isEqualTo("failures");
    assertThat(read("{" + failure + ",\"outcome\":\"success\",\"try\":2}").reject)
        .isEqualTo("no_source");
    assertThat(read("{" + failure + ",\"outcome\":\"failure\",\"try\":\"2\"}").reject)
        .isEqualTo("no_source");
    assertThat(read("{" + failure + ",\"outcome\":\"failure\"}").reject).isEqualTo("no_source");
  }

  @Test
  void countsRecordsThatHoldNoNumber() {
    String record =
        "{\"user\":\"eve\",\"t\":" + NOW + ",\"outcome\":\"failure\",\"try\":2,\"late\":false}";
    assertThat(read(record).metrics).isEqualTo(Map.of("failed", 1.0));
  }

  @Test
  void watchesASourceWithoutEntityAsOne() {
    Read read = read("{\"build_id\":\"build_001\",\"duration\":300}");
    assertThat(read.entity).isEqualTo("builds");
    assertThat(read.metrics).isEqualTo(Map.of("builds", 1.0, "duration", 300.0));
    assertThat(read.labels).isEqualTo(Map.of("build_id", "build_001"));
  }

  @Test
  void takesTheArrivalAsTimeWhereTheSourceNamesNone() {
    assertThat(read("{\"pump\":\"p\",\"x\":1}", "other").eventTime).isEqualTo(NOW);
  }

  @Test
  void takesTheLastOfTwoEqualKeys() {
    assertThat(read("{\"pump\":\"p\",\"t\":" + NOW + ",\"a\":1,\"a\":2}").metrics)
        .isEqualTo(Map.of("a", 2.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"pump\":\"p\",\"a\":1,\"b\":{\"c\":\"2\"}|1",
        "\"pump\":\"p\",\"a\":1e999,\"b.c\":2|1",
        "\"pump\":\"p\",\"a\":[1],\"b.c\":2|1",
        "\"pump\":\"p\",\"a\":null,\"b.c\":2,\"other\":\"text\"|0",
        "\"pump\":\"p\",\"b.c\":2|0",
        "\"pump\":\"p\",\"a\":\"1\",\"b.c\":\"2\"|0",
        "\"build_id\":\"b\",\"a\":1e999,\"b\":{\"c\":-1e999},\"two\\nlines\":3,\"d\":4|3",
        "\"build_id\":\"b\",\"a\":\"1\",\"b\":[1],\"c\":null,\"d\":true|0",
      })
  void countsWhatWasToBeAMetricAndIsNoneInARecordThatIsReadOtherwise(String fields, int count) {
    Read read = read("{\"t\":" + NOW + "," + fields + "}");
    assertThat(read.unreadable).isEqualTo(count);
    assertThat(read.reject).isEqualTo(fields.contains("\"b.c\":\"2\"") ? "no_metric" : null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|not_json",
        "'   '|not_json",
        "{|not_json",
        "{\"pump\":1}}|not_json",
        "{\"pump\":1} 2|not_json",
        "{'pump':1}|not_json",
        "{\"pump\":1,}|not_json",
        "[]|not_an_object",
        "7|not_an_object",
        "null|not_an_object",
        "\"text\"|not_an_object",
        "{}|no_source",
        "{\"pump\":true,\"t\":1769853600000,\"a\":1}|no_entity",
        "{\"pump\":\"\",\"t\":1769853600000,\"a\":1}|no_entity",
        "{\"pump\":\"a\\nb\",\"t\":1769853600000,\"a\":1}|no_entity",
        "{\"pump\":\"p\",\"t\":1769853600000}|no_metric",
        "{\"pump\":\"p\",\"t\":1769853600000,\"a\":\"1\"}|no_metric",
        "{\"pump\":\"p\",\"t\":1769853600000,\"a\":1e999}|no_metric",
      })
  void refusesWithTheReason(String record, String reason) {
    Read read = read(record);
    assertThat(read.reject).isEqualTo(reason);
    assertThat(read.detail).endsWith(read.detail.contains("not JSON") ? "" : ".").isNotBlank();
  }

  @Test
  void refusesAnEntityOf257CharactersAndTakesOneOf256() {
    assertThat(read("{\"pump\":\"" + "x".repeat(256) + "\",\"t\":" + NOW + ",\"a\":1}").reject)
        .isNull();
    assertThat(read("{\"pump\":\"" + "x".repeat(257) + "\",\"t\":" + NOW + ",\"a\":1}").reject)
        .isEqualTo("no_entity");
  }

  @Test
  void cutsWhatItKeepsOfALongRecord() {
    assertThat(read("x".repeat(300_000)).raw).hasSize(200_000);
    assertThat(read("x".repeat(199_999) + "\uD83D\uDE00 and more").raw).hasSize(199_999);
  }

  @Test
  void refusesARecordThatIsNestedTooDeep() {
    assertThat(read("{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000)).reject)
        .isEqualTo("not_json");
  }

  @Test
  void makesReadingsOrExactlyOneRejectOfAnyBytes() {
    Random random = new Random(20260131);
    byte[] sound =
        """
        {"site":"north","device":{"id":7},"meta":{"at":1769853600000},"temp":21.5,"text":"\u00e9\\u00e9"}"""
            .getBytes(StandardCharsets.UTF_8);
    int readings = 0;
    int rejects = 0;
    for (int round = 0; round < 10_000; round++) {
      byte[] bytes = round % 3 == 0 ? new byte[random.nextInt(64)] : sound.clone();
      if (round % 3 == 0) {
        random.nextBytes(bytes);
      } else {
        for (int change = random.nextInt(4); change >= 0; change--) {
          bytes[random.nextInt(bytes.length)] =
              (byte) (32 + random.nextInt(round % 2 == 0 ? 95 : 256));
        }
      }
      Read read = new Read();
      reader.read(bytes, NOW, "readings", read);
      assertThat(read.calls).as(() -> new String(bytes, StandardCharsets.ISO_8859_1)).isEqualTo(1);
      readings += read.reject == null ? 1 : 0;
      rejects += read.reject == null ? 0 : 1;
    }
    assertThat(readings).isGreaterThan(200);
    assertThat(rejects).isGreaterThan(3_000);
  }

  private Read read(String record) {
    return read(record, "readings");
  }

  private Read read(String record, String stream) {
    Read read = new Read();
    reader.read(record.getBytes(StandardCharsets.UTF_8), NOW, stream, read);
    assertThat(read.calls).isEqualTo(1);
    return read;
  }

  private static RecordReader readerOf(String sources) {
    try {
      return new RecordReader(sources, 300_000);
    } catch (IOException wrong) {
      throw new IllegalStateException(wrong);
    }
  }
}
