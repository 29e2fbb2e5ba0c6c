package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

class KinesisSourceTest {
  private final KinesisSource<String> source =
      new KinesisSource<>(Shards.SETTINGS, new NoDecoder());
  private final FakeEnumeratorContext context = new FakeEnumeratorContext(1);

  @Test
  void pinsLatestToTheInstantOfTheFirstStartAndKeepsItThroughARestore() throws Exception {
    Instant before = Instant.now().minusMillis(1);
    EnumeratorState state;
    try (var first = source.createEnumerator(context)) {
      state = first.snapshotState(1);
    }
    assertThat(state.start().instant()).isBetween(before, Instant.now());
    try (var restored = source.restoreEnumerator(context, state)) {
      assertThat(restored.snapshotState(2)).isEqualTo(state);
    }
  }

  @Test
  void refusesASnapshotOfAnotherStreamAndNamesBoth() {
    var state =
        new EnumeratorState("arn:of:another", Position.trimHorizon(), true, List.of(), null);
    assertThatThrownBy(() -> source.restoreEnumerator(context, state))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("arn:of:another")
        .hasMessageContaining(Shards.ARN);
  }

  private static final class NoDecoder implements RecordDecoder<String> {
    @Override
    public void open(DeserializationSchema.InitializationContext context) {}

    @Override
    public void decode(KinesisRecord record, Collector<String> out) throws IOException {
      throw new IOException("nothing is decoded here");
    }

    @Override
    public TypeInformation<String> producedType() {
      return Types.STRING;
    }
  }
}
