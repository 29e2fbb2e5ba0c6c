package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import tocsin.time.UnreadShards;

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

  @Test
  void countsWhatIsLostAmongTheMetricsThatReachCloudWatchToo() {
    var listening = new ListeningMetrics();
    var metrics = new SourceMetrics(listening, Shards.SETTINGS.stream(), clock);
    metrics.shard(Shards.id(4_712)).gap();
    metrics.unreadableArchiveObject();
    assertThat(listening.ofJob("retention_gaps")).isEqualTo(1);
    assertThat(listening.ofJob("unreadable_archive_objects")).isEqualTo(1);
    assertThat(listening.ofStream("retentionGaps")).isEqualTo(1);
    assertThat(listening.ofStream("unreadableArchiveObjects")).isEqualTo(1);
  }

  @Test
  void tellsWhichShardsHoldRecordsThatCouldNotBeReadYet() {
    String id = Shards.id(4_711);
    assertThat(UnreadShards.contains(id)).isFalse();
    var metrics =
        new SourceMetrics(new UnregisteredMetricsGroup(), Shards.SETTINGS.stream(), clock);
    var behind = metrics.shard(id);
    assertThat(UnreadShards.contains(id)).isFalse();
    behind.read(1);
    assertThat(UnreadShards.contains(id)).isTrue();
    behind.read(0);
    assertThat(UnreadShards.contains(id)).isFalse();
    behind.failed(true);
    assertThat(UnreadShards.contains(id)).isTrue();
    behind.finished();
    assertThat(UnreadShards.contains(id)).isFalse();
  }
}
