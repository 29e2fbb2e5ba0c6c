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
            Position.after("49590338271490256608559692538361571095921575989136588898"),
            Position.in(new ArchivePlace("s3://a bucket/warm/readings/manifest.json", 3, 17)))) {
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
                new Entry(shard(2, 0, 0, 1), Position.trimHorizon(), Status.WAITING)),
            null);
    assertThat(states.deserialize(states.getVersion(), states.serialize(state))).isEqualTo(state);
    var warm =
        new EnumeratorState(
            Shards.ARN, state.start(), true, state.shards(), Shards.START.plusSeconds(1));
    assertThat(states.deserialize(states.getVersion(), states.serialize(warm))).isEqualTo(warm);
  }

  /** As above; version 1 ended where version 2 says until when an archive was read. */
  @Test
  void readsAnEnumeratorsStateThatVersionOneWrote() throws IOException {
    byte[] written =
        HexFormat.of()
            .parseHex(
                "0003"
                    + hex("arn")
                    + "00"
                    + "0000"
                    + "01"
                    + "00000001"
                    + "0001"
                    + hex("s")
                    + "00000000"
                    + "0001"
                    + hex("0")
                    + "02"
                    + "0002"
                    + hex("42")
                    + "01");
    var shard = new Shard("s", java.util.Set.of(), java.math.BigInteger.ZERO);
    assertThat(states.deserialize(1, written))
        .isEqualTo(
            new EnumeratorState(
                "arn",
                Position.trimHorizon(),
                true,
                List.of(new Entry(shard, Position.after("42"), Status.ASSIGNED)),
                null));
  }

  @Test
  void knowsAPlaceInAnArchiveByItsText() {
    var place = new ArchivePlace("s3://a bucket/warm/readings/manifest.json", 3, 17);
    assertThat(ArchivePlace.of(Position.in(place))).isEqualTo(place);
    assertThatThrownBy(() -> ArchivePlace.of(Position.after("42")))
        .hasMessageContaining("no place in an archive");
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
