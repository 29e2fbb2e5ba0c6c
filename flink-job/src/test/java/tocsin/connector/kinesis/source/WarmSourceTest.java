package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A job that starts from an archive whose records have left the stream, while more come, and that
 * fails within the archive and again behind it.
 */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class WarmSourceTest {
  private static final int ARCHIVED = 30_000;
  private static final int IN_BOTH = 5_000;
  private static final int RECORDS = 50_000;
  private static final int KEYS = 500;

  /** Numbers of the records at which the job fails, each once. */
  private static final List<Integer> FAILS_AT = List.of(17_000, 44_000);

  private static final AtomicInteger FAILURES = new AtomicInteger();

  /** Readers and enumerator of the MiniCluster share it; the job is of this JVM. */
  private static ReshardingStream stream;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void givesEachRecordOnceAndThoseOfAKeyInTheirOrder(int parallelism) throws Exception {
    stream = new ReshardingStream(3);
    FAILURES.set(0);
    put(0, ARCHIVED);
    String manifest = archive(stream.all());
    stream.forget(ARCHIVED - IN_BOTH);
    put(ARCHIVED, ARCHIVED + 10_000);
    var load =
        new Thread(
            () -> {
              stream.split(0);
              put(ARCHIVED + 10_000, RECORDS);
            },
            "load");

    int seen = 0;
    boolean[] arrived = new boolean[RECORDS];
    try (CloseableIterator<Tuple2<Integer, Boolean>> results =
        job(parallelism, manifest).executeAndCollect()) {
      load.start();
      while (seen < RECORDS) {
        Tuple2<Integer, Boolean> result = results.next();
        assertThat(arrived[result.f0]).as("record %s is there twice", result.f0).isFalse();
        assertThat(result.f1).as("record %s is in its key's order", result.f0).isTrue();
        arrived[result.f0] = true;
        seen++;
      }
    }
    load.join();
    assertThat(FAILURES).hasValue(FAILS_AT.size());
  }

  private static org.apache.flink.streaming.api.datastream.DataStream<Tuple2<Integer, Boolean>> job(
      int parallelism, String manifest) {
    var options = new Configuration();
    options.setString("restart-strategy.type", "fixed-delay");
    options.setString("restart-strategy.fixed-delay.attempts", "5");
    options.setString("restart-strategy.fixed-delay.delay", "100 ms");
    var environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
    environment.setParallelism(parallelism);
    environment.enableCheckpointing(200);
    var settings =
        new SourceSettings(
            Shards.SETTINGS.stream(),
            Shards.SETTINGS.connection(),
            new Start.Latest(),
            Duration.ofMillis(20),
            Duration.ZERO,
            Duration.ofMillis(100),
            200,
            manifest);
    var source = new KinesisSource<>(settings, new ReshardingUnderLoadTest.Numbers(), new Apis());
    return environment
        .fromSource(source, WatermarkStrategy.noWatermarks(), "warm")
        .map(WarmSourceTest::failAt)
        .returns(new ReshardingUnderLoadTest.Numbers().producedType())
        .keyBy(record -> record.f0)
        .process(new ReshardingUnderLoadTest.OrderCheck());
  }

  private static Tuple2<Integer, Integer> failAt(Tuple2<Integer, Integer> record)
      throws InterruptedException {
    int failed = FAILURES.get();
    if (failed < FAILS_AT.size()
        && FAILS_AT.get(failed).equals(record.f1)
        && FAILURES.compareAndSet(failed, failed + 1)) {
      throw new IllegalStateException("fails once, at " + record.f1);
    }
    if (record.f1 % 1_000 == 0) {
      Thread.sleep(60); // so that checkpoints fall within the archive
    }
    return record;
  }

  private static void put(int from, int to) {
    for (int i = from; i < to; i++) {
      stream.put("key-" + i % KEYS, Integer.toString(i));
    }
  }

  /** The archive in several objects; the cut between two is anywhere. */
  private String archive(List<KinesisRecord> records) throws Exception {
    var objects = new ArrayList<List<KinesisRecord>>();
    for (int from = 0; from < records.size(); from += 7_001) {
      objects.add(records.subList(from, Math.min(records.size(), from + 7_001)));
    }
    Instant now = Instant.now();
    return ArchiveFiles.write(folder, now.minusSeconds(86_400), now, objects);
  }

  private record Apis() implements KinesisSource.Apis {
    @Override
    public StreamApi forReading(SourceSettings settings) {
      return stream;
    }

    @Override
    public StreamApi forListing(SourceSettings settings) {
      return stream;
    }
  }
}
