package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tocsin.connector.kinesis.source.Shards.id;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

class DecodingEmitterTest {
  private final ListeningMetrics metrics = new ListeningMetrics();
  private final PlaceAndText decoder = new PlaceAndText();
  private final DecodingEmitter<String> emitter =
      new DecodingEmitter<>(
          decoder, new SourceMetrics(metrics, Shards.SETTINGS.stream(), Clock.systemUTC()));
  private final Elements elements = new Elements();
  private final ShardProgress progress =
      new ShardProgress(ShardSplit.open(id(0), Position.trimHorizon()));

  @Test
  void emitsTheRecordsOfAnAggregateEachWithAPlaceOfItsOwn() throws Exception {
    emit("7", bytes("plain"));
    emit("8", Aggregates.of(List.of("a", "b")));
    emit("9", bytes("plain again"));
    assertThat(elements.all).containsExactly("7 plain", "8.0 a", "8.1 b", "9 plain again");
    assertThat(elements.timestampsMs).containsOnly(Shards.START.toEpochMilli());
    assertThat(metrics.ofStream("deaggregatedRecords")).isEqualTo(2);
    assertThat(metrics.ofStream("brokenAggregates")).isZero();
  }

  @Test
  void goesOnBehindTheWholeAggregate() throws Exception {
    emit("8", Aggregates.of(List.of("a", "b")));
    assertThat(progress.open().position()).isEqualTo(Position.after("8"));
  }

  @Test
  void readsTheWholeAggregateAgainWhenOneOfItsRecordsFailed() throws Exception {
    emit("7", bytes("plain"));
    decoder.failsAt = "8.1";
    assertThatThrownBy(() -> emit("8", Aggregates.of(List.of("a", "b"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("record 8 of " + id(0));
    assertThat(progress.open().position()).isEqualTo(Position.after("7"));
  }

  @Test
  void passesABrokenAggregateOnByteForByte() throws Exception {
    byte[] broken = Aggregates.of(List.of("a"));
    broken[broken.length - 1] ^= 1;
    emit("8", broken);
    assertThat(decoder.seen).containsExactly(broken);
    assertThat(elements.all).hasSize(1).first().asString().startsWith("8 ");
    assertThat(metrics.ofStream("brokenAggregates")).isEqualTo(1);
    assertThat(progress.open().position()).isEqualTo(Position.after("8"));
  }

  private void emit(String place, byte[] data) throws IOException {
    emitter.emitRecord(new KinesisRecord(id(0), place, Shards.START, data), elements, progress);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class PlaceAndText implements RecordDecoder<String> {
    private static final long serialVersionUID = 1;

    final transient List<byte[]> seen = new ArrayList<>();
    String failsAt;

    @Override
    public void open(DeserializationSchema.InitializationContext context) {}

    @Override
    public void decode(KinesisRecord record, Collector<String> out) throws IOException {
      if (record.sequenceNumber().equals(failsAt)) {
        throw new IOException("as the test asked");
      }
      seen.add(record.data());
      out.collect(
          record.sequenceNumber() + " " + new String(record.data(), StandardCharsets.UTF_8));
    }

    @Override
    public TypeInformation<String> producedType() {
      return TypeInformation.of(String.class);
    }
  }

  private static final class Elements implements SourceOutput<String> {
    final List<String> all = new ArrayList<>();
    final List<Long> timestampsMs = new ArrayList<>();

    @Override
    public void collect(String element) {
      throw new AssertionError("an element without its arrival");
    }

    @Override
    public void collect(String element, long timestampMs) {
      all.add(element);
      timestampsMs.add(timestampMs);
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}
  }
}
