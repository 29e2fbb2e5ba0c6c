package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tocsin.connector.kinesis.source.Shards.id;
import static tocsin.connector.kinesis.source.Shards.record;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;

@Timeout(30)
class KinesisSplitReaderTest {
  private final FakeStream stream = new FakeStream();
  private final KinesisSplitReader reader =
      new KinesisSplitReader(
          stream,
          Shards.SETTINGS,
          new SourceMetrics(
              new UnregisteredMetricsGroup(), Shards.SETTINGS.stream(), Clock.systemUTC()),
          new ShardTips());

  @AfterEach
  void closeReader() {
    reader.close();
    assertThat(stream.closed).isTrue();
  }

  @Test
  void readsOneShardWhileAnotherHangs() throws Exception {
    var hang = new CountDownLatch(1);
    var reads = new AtomicInteger();
    stream.answer =
        shardId -> {
          if (shardId.equals(id(0))) {
            awaitQuietly(hang);
            return new ShardRead(List.of(), "next", 0);
          }
          return new ShardRead(List.of(record(1, "" + reads.incrementAndGet())), "next", 1);
        };
    add(0, 1);
    for (int i = 1; i <= 20; i++) {
      assertThat(sequenceNumbers(reader.fetch())).containsExactly("" + i);
    }
    hang.countDown();
  }

  @Test
  void reportsAFinishedShardWithItsLastRecordsAndReadsItNoMore() throws Exception {
    var reads = new AtomicInteger();
    stream.answer =
        shardId -> {
          reads.incrementAndGet();
          return new ShardRead(List.of(record(0, "9")), null, 0);
        };
    add(0);
    var read = reader.fetch();
    assertThat(sequenceNumbers(read)).containsExactly("9");
    assertThat(read.finishedSplits()).containsExactly(id(0));
    reader.wakeUp();
    assertThat(reader.fetch().nextSplit()).isNull();
    assertThat(reads).hasValue(1);
  }

  @Test
  void holdsAPausedShardUntilItIsResumed() throws Exception {
    var reads = new AtomicInteger();
    stream.answer =
        shardId -> new ShardRead(List.of(record(0, "" + reads.incrementAndGet())), "next", 1);
    var split = ShardSplit.open(id(0), Position.trimHorizon());
    reader.pauseOrResumeSplits(List.of(split), List.of());
    add(0);
    reader.fetch();
    Thread.sleep(50);
    assertThat(reads).hasValue(1);
    reader.pauseOrResumeSplits(List.of(), List.of(split));
    assertThat(sequenceNumbers(reader.fetch())).containsExactly("2");
  }

  @Test
  void failsWithTheShardsNameWhenItCannotBeRead() {
    stream.failReadsWith(AccessDeniedException.builder().statusCode(400).message("no").build());
    add(0);
    assertThatThrownBy(reader::fetch)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(id(0))
        .hasMessageContaining("stream/readings")
        .hasCauseInstanceOf(AccessDeniedException.class);
  }

  private void add(int... shards) {
    var splits = new ArrayList<ShardSplit>();
    for (int shard : shards) {
      splits.add(ShardSplit.open(id(shard), Position.trimHorizon()));
    }
    reader.handleSplitsChanges(new SplitsAddition<>(splits));
  }

  private static List<String> sequenceNumbers(RecordsWithSplitIds<KinesisRecord> read) {
    var numbers = new ArrayList<String>();
    while (read.nextSplit() != null) {
      for (var next = read.nextRecordFromSplit(); next != null; next = read.nextRecordFromSplit()) {
        numbers.add(next.sequenceNumber());
      }
    }
    return numbers;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }
}
