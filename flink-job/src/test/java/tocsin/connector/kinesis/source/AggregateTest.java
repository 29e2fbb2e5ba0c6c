package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tocsin.record.Aggregate;

class AggregateTest {
  @Test
  void givesTheRecordsOfAnAggregateInTheirOrder() {
    List<String> texts = IntStream.range(0, 500).mapToObj(i -> "{\"n\":" + i + "}").toList();
    assertThat(texts(Aggregates.of(texts))).isEqualTo(texts);
  }

  /**
   * Bytes that another implementation wrote: the example in the documentation of the Elixir package
   * ex_kpl 0.2.0 (hex.pm/packages/ex_kpl).
   */
  @Test
  void readsWhatAnotherProducerWrote() {
    byte[] bytes =
        HexFormat.of()
            .parseHex(
                "f3899ac20a0d706172746974696f6e5f6b65791a0808001a0464617461"
                    + "d03699da5a222fa32108ad1bd955a14e");
    assertThat(texts(bytes)).containsExactly("data");
  }

  @Test
  void keepsAnEmptyRecordAsARecord() {
    assertThat(texts(Aggregates.of(List.of("a", "", "b")))).containsExactly("a", "", "b");
  }

  @Test
  void skipsFieldsThatItDoesNotKnow() {
    var record = new ByteArrayOutputStream();
    Aggregates.number(record, 1, 0);
    Aggregates.number(record, 99, -1);
    Aggregates.varint(record, 50 << 3 | 1);
    record.writeBytes(new byte[8]);
    Aggregates.varint(record, 51 << 3 | 5);
    record.writeBytes(new byte[4]);
    Aggregates.delimited(record, 3, "data".getBytes(StandardCharsets.UTF_8));
    assertThat(texts(aggregateOf(record.toByteArray()))).containsExactly("data");
  }

  @Test
  void isMarkedByTheFourBytesThatNoUtf8TextBeginsWith() {
    assertThat(Aggregate.isMarked(Aggregates.of(List.of("a")))).isTrue();
    assertThat(Aggregate.isMarked("{\"a\":1}".getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(Aggregate.isMarked(new byte[] {(byte) 0xF3, (byte) 0x89, (byte) 0x9A})).isFalse();
    assertThat(Aggregate.isMarked(new byte[0])).isFalse();
  }

  static Stream<byte[]> broken() {
    byte[] whole = Aggregates.of(List.of("one", "two"));
    byte[] otherByte = whole.clone();
    otherByte[whole.length / 2] ^= 1;
    return Stream.of(
        Arrays.copyOf(whole, 4),
        Arrays.copyOf(whole, 19),
        Arrays.copyOf(whole, whole.length - 1),
        otherByte,
        Aggregates.sealed(new byte[0]),
        aggregateOf(new byte[] {8, 0}), // no data
        aggregateOf(new byte[] {26, 1, 'a'}), // no key
        aggregateOf(new byte[] {8, 0, 24, 1}), // data that is a number
        aggregateOf(new byte[] {8, 0, 26, 100, 'a'}), // longer than the message
        aggregateOf(new byte[] {8, 0, 26, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}), // -1 bytes long
        aggregateOf(new byte[] {8, 0, 26, 1, 'a', 35, 36}), // a group
        Aggregates.sealed(new byte[] {26, -128, -128, -128, -128, 127}), // 2 GiB and more
        Aggregates.sealed(new byte[] {0, 0}), // field 0
        Aggregates.sealed(new byte[] {24, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}),
        Aggregates.sealed(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void givesNothingOfABrokenAggregate(byte[] bytes) {
    assertThat(Aggregate.isMarked(bytes)).isTrue();
    assertThat(Aggregate.recordsOf(bytes)).isEmpty();
  }

  @Test
  @Timeout(60)
  void survivesAnyBytesBehindTheMagicNumber() {
    var random = new Random(7);
    byte[] whole = Aggregates.of(List.of("{\"a\":1}", "{\"b\":2}", "{\"c\":3}"));
    byte[] message = Arrays.copyOfRange(whole, 4, whole.length - 16);
    int read = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] changed = Arrays.copyOf(message, random.nextInt(message.length + 1));
      for (int change = random.nextInt(4); change > 0 && changed.length > 0; change--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      byte[] bytes = Aggregates.sealed(changed);
      var records = Aggregate.recordsOf(bytes);
      assertThat(records.stream().mapToInt(record -> record.length).sum())
          .as(() -> Base64.getEncoder().encodeToString(bytes))
          .isLessThanOrEqualTo(message.length);
      read += records.isEmpty() ? 0 : 1;
    }
    assertThat(read).isBetween(1, 49_999);
  }

  private static byte[] aggregateOf(byte[] record) {
    var message = new ByteArrayOutputStream();
    Aggregates.delimited(message, 3, record);
    return Aggregates.sealed(message.toByteArray());
  }

  private static List<String> texts(byte[] aggregate) {
    return Aggregate.recordsOf(aggregate).stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }
}
