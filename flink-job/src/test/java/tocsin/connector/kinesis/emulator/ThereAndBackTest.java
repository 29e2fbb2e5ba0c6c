package tocsin.connector.kinesis.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.table.api.TableResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import tocsin.connector.kinesis.source.Aggregates;

class ThereAndBackTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static Emulator emulator;
  private static KinesisClient client;

  @BeforeEach
  void startEmulatorOnce() throws Exception {
    if (emulator != null) {
      return;
    }
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    emulator = Emulator.startOrSkip(directory.resolve("emulator.log"));
    client = emulator.client();
  }

  @AfterAll
  static void endEmulator() throws Exception {
    if (emulator != null) {
      client.close();
      emulator.close();
    }
  }

  @Test
  void copiesTenThousandRecordsFromOneStreamToAnother() throws Exception {
    var from = Stream.create(client, "there", 4);
    var back = Stream.create(client, "back", 2);
    List<String> sent = IntStream.range(0, 10_000).mapToObj(i -> "record-" + i).toList();
    from.put(sent);

    TableResult job = copy(from, back, "TRIM_HORIZON");
    try {
      var copies = back.readUntil(LIMIT, texts -> texts.size() >= sent.size());
      assertThat(lines(copies)).hasSameSizeAs(sent).isEqualTo(new HashSet<>(sent));
    } finally {
      cancel(job);
    }
  }

  @Test
  void losesAndDoublesNothingWhenTheServiceThrottlesFailsAndTakesHalf() throws Exception {
    var from = Stream.create(client, "there-faulty", 2);
    var back = Stream.create(client, "back-faulty", 1);
    List<String> sent = IntStream.range(0, 10_000).mapToObj(i -> "record-" + i).toList();
    from.put(sent);

    try (var proxy = new FaultyProxy(emulator.endpoint())) {
      var options =
          Map.of(
              "aws.endpoint", proxy.endpoint(), "source.shard.get-records.max-record-count", "200");
      TableResult job = submit(from, back, "TRIM_HORIZON", options, ListeningReporter.SETTINGS);
      try {
        var copies = back.readUntil(LIMIT, texts -> texts.size() >= sent.size());
        assertThat(lines(copies)).hasSameSizeAs(sent).isEqualTo(new HashSet<>(sent));
        assertThat(copies).hasSameSizeAs(sent);
        assertThat(proxy.injected)
            .containsOnlyKeys(
                "ProvisionedThroughputExceededException",
                "InternalFailureException",
                "ExpiredIteratorException",
                "ServiceUnavailableException",
                "half");
        String stream = ".stream.there-faulty.";
        // The job reads on: a throttle is counted by the proxy first, and a moment later by the
        // job.
        proxy.healReads();
        String throttle = "ProvisionedThroughputExceededException";
        ListeningReporter.awaitSum(() -> proxy.injected.get(throttle), stream, ".throttledReads;");
        assertThat(ListeningReporter.sum(stream, ".retriedReads;"))
            .isGreaterThan(ListeningReporter.sum(stream, ".throttledReads;"));
        assertThat(ListeningReporter.sum(stream, ".expiredIterators;")).isPositive();
        assertThat(ListeningReporter.sum(stream, ".retentionGaps;")).isZero();
        assertThat(ListeningReporter.sum(stream, ".shardId.shardId-000000000000.", ".millisBehind"))
            .isGreaterThanOrEqualTo(0);
        assertThat(ListeningReporter.sum("operator.Source: readings", ".numRecordsIn;"))
            .isEqualTo(sent.size());
      } finally {
        cancel(job);
      }
    }
  }

  @Test
  void takesAggregatesApartAndPassesBrokenOnesOn() throws Exception {
    var from = Stream.create(client, "aggregated", 1);
    var back = Stream.create(client, "back-aggregated", 1);
    byte[] broken = Aggregates.of(List.of("lost"));
    broken[broken.length - 1] ^= 1;
    from.put(List.of("plain"));
    from.putBytes(Aggregates.of(List.of("one", "two", "three")));
    from.putBytes(broken);

    TableResult job = copy(from, back, "TRIM_HORIZON");
    try {
      var copies = back.readUntil(LIMIT, texts -> texts.size() >= 5);
      assertThat(copies).hasSize(5).extracting(copy -> field(copy, "line")).contains("plain");
      var places =
          copies.stream()
              .filter(copy -> Set.of("one", "two", "three").contains(field(copy, "line")))
              .collect(Collectors.toMap(copy -> field(copy, "line"), copy -> field(copy, "place")));
      String aggregate = places.get("one").replaceFirst("\\.0$", "");
      assertThat(aggregate).matches("\\d+");
      assertThat(places)
          .containsEntry("two", aggregate + ".1")
          .containsEntry("three", aggregate + ".2");
    } finally {
      cancel(job);
    }
  }

  @Test
  void followsTheStreamThroughASplitAndAMerge() throws Exception {
    var from = Stream.create(client, "resharded", 1);
    var back = Stream.create(client, "back-resharded", 1);
    TableResult job = copy(from, back, "TRIM_HORIZON");
    try {
      from.put(List.of("before-1", "before-2"));
      assertThat(lines(back.readUntil(LIMIT, texts -> texts.size() >= 2))).hasSize(2);

      from.split(from.shards().get(0));
      List<String> halves = IntStream.range(0, 100).mapToObj(i -> "split-" + i).toList();
      from.put(halves);
      var afterSplit = back.readUntil(LIMIT, texts -> texts.size() >= 100);
      assertThat(lines(afterSplit)).isEqualTo(Set.copyOf(halves));
      assertThat(shardsOf(afterSplit)).isEqualTo(ids(from));

      from.merge(from.shards().get(0), from.shards().get(1));
      from.put(List.of("merged"));
      var afterMerge = back.readUntil(LIMIT, texts -> !texts.isEmpty());
      assertThat(lines(afterMerge)).containsExactly("merged");
      assertThat(shardsOf(afterMerge)).isEqualTo(ids(from));
    } finally {
      cancel(job);
    }
  }

  @Test
  void startsAtLatestFromItsFirstStartAlsoAfterARestoreBeforeTheFirstRecord() throws Exception {
    var from = Stream.create(client, "latest", 2);
    var back = Stream.create(client, "back-latest", 1);
    from.put(List.of("long ago", "just before"));
    Thread.sleep(5); // the start is pinned by the millisecond

    TableResult job = copy(from, back, "LATEST");
    awaitRunning(job);
    String savepoint =
        job.getJobClient()
            .orElseThrow()
            .stopWithSavepoint(
                false,
                directory.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL)
            .get(60, TimeUnit.SECONDS);
    List<String> whileDown = IntStream.range(0, 20).mapToObj(i -> "while down " + i).toList();
    from.put(whileDown);
    assertThat(back.readNew()).isEmpty();

    var resumed =
        submit(
            from,
            back,
            "LATEST",
            Map.of("aws.endpoint", emulator.endpoint()),
            Map.of("execution.state-recovery.path", savepoint, "parallelism.default", "1"));
    try {
      assertThat(lines(back.readUntil(LIMIT, texts -> texts.size() >= 20)))
          .isEqualTo(Set.copyOf(whileDown));
    } finally {
      cancel(resumed);
    }
  }

  private static TableResult copy(Stream from, Stream to, String position) {
    return submit(from, to, position, Map.of("aws.endpoint", emulator.endpoint()), Map.of());
  }

  private static TableResult submit(
      Stream from,
      Stream to,
      String position,
      Map<String, String> options,
      Map<String, String> settings) {
    var configuration = new Configuration();
    configuration.setString("parallelism.default", "2");
    settings.forEach(configuration::setString);
    return CopyJob.submit(from.arn(), to.arn(), position, options, configuration);
  }

  private static void awaitRunning(TableResult job) throws Exception {
    var jobClient = job.getJobClient().orElseThrow();
    for (int i = 0; i < 300 && jobClient.getJobStatus().get() != JobStatus.RUNNING; i++) {
      Thread.sleep(100);
    }
    assertThat(jobClient.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    Thread.sleep(2_000); // a savepoint needs its tasks running, which the job's status does not say
  }

  private static void cancel(TableResult job) throws Exception {
    job.getJobClient().orElseThrow().cancel().get();
  }

  private static Set<String> shardsOf(List<String> copies) {
    return copies.stream().map(copy -> field(copy, "shard")).collect(Collectors.toSet());
  }

  private static Set<String> ids(Stream stream) {
    return stream.shards().stream().map(Shard::shardId).collect(Collectors.toSet());
  }

  static Set<String> lines(List<String> copies) {
    return copies.stream().map(copy -> field(copy, "line")).collect(Collectors.toSet());
  }

  private static String field(String copy, String name) {
    try {
      return JSON.readTree(copy).get(name).asText();
    } catch (Exception error) {
      throw new AssertionError("not the sink's JSON: " + copy, error);
    }
  }
}
