package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
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

  private static final class SettableClock extends Clock {
    private Instant now = Shards.START;

    void advance(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
