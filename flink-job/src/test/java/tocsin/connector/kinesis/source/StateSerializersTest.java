package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tocsin.connector.kinesis.source.Shards.shard;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tocsin.connector.kinesis.source.EnumeratorState.Entry;
import tocsin.connector.kinesis.source.EnumeratorState.Status;

class StateSerializersTest {
  private final ShardSplitSerializer splits = new ShardSplitSerializer();
  private final EnumeratorStateSerializer states = new EnumeratorStateSerializer();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bringsASplitBackAsItWas(boolean finished) throws IOException {
    for (Position position :
        List.of(
            Position.trimHorizon(),
            Position.at(Shards.START),
            Position.after("49590338271490256608559692538361571095921575989136588898"))) {
      for (Instant readUntil : Arrays.asList(null, Shards.START)) {
        var split = new ShardSplit(Shards.id(3), position, readUntil, finished);
        byte[] bytes = splits.serialize(split);
        assertThat(splits.deserialize(splits.getVersion(), bytes)).isEqualTo(split);
      }
    }
  }

  @Test
  void bringsTheEnumeratorsStateBackAsItWas() throws IOException {
    var state =
        new EnumeratorState(
            Shards.ARN,
            Position.at(Shards.START),
            true,
            List.of(
                new Entry(shard(0, 0), Position.at(Shards.START), Status.FINISHED),
                new Entry(shard(1, 0.5), Position.after("42"), Status.ASSIGNED),
                new Entry(shard(2, 0, 0, 1), Position.trimHorizon(), Status.WAITING)));
    assertThat(states.deserialize(states.getVersion(), states.serialize(state))).isEqualTo(state);
  }

  /** What version 1 wrote must be read for ever: these bytes lie in snapshots of running jobs. */
  @Test
  void readsASplitThatVersionOneWrote() throws IOException {
    byte[] written =
        HexFormat.of()
            .parseHex("0014" + hex("shardId-000000000003") + "02" + "0002" + hex("42") + "00");
    assertThat(splits.deserialize(1, written))
        .isEqualTo(ShardSplit.open(Shards.id(3), Position.after("42")));
  }

  @Test
  void refusesAVersionThatItDoesNotKnow() {
    assertThatThrownBy(() -> splits.deserialize(99, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("99");
    assertThatThrownBy(() -> states.deserialize(99, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("99");
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }
}
