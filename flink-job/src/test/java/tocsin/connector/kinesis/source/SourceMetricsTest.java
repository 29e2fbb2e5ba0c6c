package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class SourceMetricsTest {
  private final SettableClock clock = new SettableClock();
  private final SourceMetrics.ShardMetrics shard =
      new SourceMetrics(new UnregisteredMetricsGroup(), Shards.SETTINGS.stream(), clock)
          .shard(Shards.id(0));

  @Test
  void knowsNothingBeforeTheFirstReadAndAfterTheLast() {
    assertThat(shard.millisBehindLatest()).isEqualTo(-1);
    shard.read(5);
    shard.finished();
    assertThat(shard.millisBehindLatest()).isEqualTo(-1);
  }

  @Test
  void reportsWhatTheServiceSaidAndGrowsWhileReadsFail() {
    shard.read(40);
    clock.advance(Duration.ofSeconds(1));
    assertThat(shard.millisBehindLatest()).isEqualTo(40);
    shard.failed(false);
    clock.advance(Duration.ofSeconds(2));
    assertThat(shard.millisBehindLatest()).isEqualTo(3_040);
    shard.read(0);
    assertThat(shard.millisBehindLatest()).isZero();
  }
}
