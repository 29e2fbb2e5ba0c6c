package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FinishedShardsTest {
  private final FinishedShards finished = new FinishedShards();
  private final ShardSplit split = new ShardSplit(Shards.id(0), Position.after("9"), null, true);

  @Test
  void keepsAFinishedShardUntilACheckpointThatHeldItIsComplete() {
    finished.add(split);
    finished.confirm(4); // began before the shard ended
    assertThat(finished.snapshot(5)).containsExactly(split);
    finished.confirm(5);
    assertThat(finished.snapshot(6)).isEmpty();
  }

  @Test
  void keepsItThroughACheckpointThatFailed() {
    finished.add(split);
    finished.snapshot(5);
    assertThat(finished.snapshot(6)).containsExactly(split);
    finished.confirm(6);
    assertThat(finished.shardIds()).isEmpty();
  }
}
