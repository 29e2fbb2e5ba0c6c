package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static tocsin.connector.kinesis.source.Shards.id;
import static tocsin.connector.kinesis.source.Shards.record;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KinesisSourceReaderTest {
  private static final ShardSplit FINISHED =
      new ShardSplit(id(0), Position.after("9"), Shards.START, true);

  private final FakeStream stream = new FakeStream();
  private final FakeContext context = new FakeContext();
  private final ShardTips tips = new ShardTips();
  private final CollectingOutput output = new CollectingOutput();
  private final KinesisSourceReader<String> reader =
      new KinesisSourceReader<>(
          () ->
              new KinesisSplitReader(
                  stream,
                  Shards.SETTINGS,
                  new SourceMetrics(
                      context.metricGroup(), Shards.SETTINGS.stream(), Clock.systemUTC()),
                  tips),
          (record, out, progress) -> {
            out.collect(record.sequenceNumber(), record.arrival().toEpochMilli());
            progress.emitted(record);
          },
          tips,
          context);

  @AfterEach
  void closeReader() throws Exception {
    reader.close();
  }

  @Test
  void checkpointsThePlaceBehindTheLastRecordThatItEmitted() throws Exception {
    stream.answer = shardId -> new ShardRead(List.of(record(0, "7"), record(0, "8")), "next", 0);
    reader.start();
    reader.addSplits(List.of(ShardSplit.open(id(0), Position.trimHorizon())));
    pollUntil(1);
    assertThat(reader.snapshotState(1))
        .containsExactly(ShardSplit.open(id(0), Position.after("7")).readUntil(Shards.START));
    pollUntil(2);
    assertThat(reader.snapshotState(2))
        .containsExactly(ShardSplit.open(id(0), Position.after("8")).readUntil(Shards.START));
  }

  @Test
  void checkpointsUntilWhenASilentShardWasRead() throws Exception {
    var split = ShardSplit.open(id(0), Position.after("7"));
    Instant before = Instant.now();
    reader.start();
    reader.addSplits(List.of(split));
    while (reader.snapshotState(1).get(0).readUntil() == null) {
      reader.pollNext(output);
      Thread.sleep(1);
    }
    assertThat(reader.snapshotState(2))
        .singleElement()
        .satisfies(
            read -> {
              assertThat(read.position()).isEqualTo(split.position());
              assertThat(read.readUntil()).isBetween(before, Instant.now());
            });
  }

  @Test
  void reportsAFinishedShardAndKeepsItUntilACheckpointHeldIt() throws Exception {
    stream.answer = shardId -> new ShardRead(List.of(record(0, "9")), null, 0);
    reader.start();
    reader.addSplits(List.of(ShardSplit.open(id(0), Position.trimHorizon())));
    pollUntil(1);
    while (context.events.isEmpty()) {
      reader.pollNext(output);
      Thread.sleep(1);
    }
    assertThat(context.events).containsExactly(new ShardsFinishedEvent(List.of(id(0))));
    assertThat(reader.snapshotState(1)).containsExactly(FINISHED);
    reader.notifyCheckpointComplete(1);
    assertThat(reader.snapshotState(2)).isEmpty();
  }

  @Test
  void reportsAFinishedShardAgainAfterARestoreAndDoesNotReadIt() throws Exception {
    reader.addSplits(List.of(FINISHED));
    reader.start();
    assertThat(context.events).containsExactly(new ShardsFinishedEvent(List.of(id(0))));
    Thread.sleep(Duration.ofMillis(50).toMillis());
    assertThat(stream.iteratorsAskedFor).isEmpty();
    assertThat(reader.snapshotState(3)).containsExactly(FINISHED);
  }

  private void pollUntil(int records) throws Exception {
    while (output.elements.size() < records) {
      reader.pollNext(output);
      Thread.sleep(1);
    }
  }

  private static final class FakeContext implements SourceReaderContext {
    final List<SourceEvent> events = new ArrayList<>();

    @Override
    public SourceReaderMetricGroup metricGroup() {
      return UnregisteredMetricsGroup.createSourceReaderMetricGroup();
    }

    @Override
    public Configuration getConfiguration() {
      return new Configuration();
    }

    @Override
    public String getLocalHostName() {
      return "localhost";
    }

    @Override
    public int getIndexOfSubtask() {
      return 0;
    }

    @Override
    public void sendSplitRequest() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sendSourceEventToCoordinator(SourceEvent event) {
      events.add(event);
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
      return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
    }
  }

  private static final class CollectingOutput implements ReaderOutput<String> {
    final List<String> elements = new ArrayList<>();

    @Override
    public void collect(String element) {
      elements.add(element);
    }

    @Override
    public void collect(String element, long timestampMs) {
      elements.add(element);
    }

    @Override
    public void emitWatermark(Watermark watermark) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}

    @Override
    public SourceOutput<String> createOutputForSplit(String splitId) {
      return this;
    }

    @Override
    public void releaseOutputForSplit(String splitId) {}
  }
}
