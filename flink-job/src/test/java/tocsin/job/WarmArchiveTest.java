package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import tocsin.connector.kinesis.emulator.Emulator;
import tocsin.connector.kinesis.source.ArchiveFiles;
import tocsin.connector.kinesis.source.KinesisRecord;
import tocsin.job.JudgedPumps.Judged;

/**
 * A job without a snapshot reads what was archived, by the product's own tables on a stream of the
 * emulator, and goes over to the stream: it says the same as one that was there all the time, of
 * the same records, under the same ids.
 */
class WarmArchiveTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STREAM = "warm-readings";
  private static final int STEPS = 900;
  private static final int MIN_SECONDS = 2;

  /** Records of one put; the arrivals of two puts differ, and make the gaps that are learned. */
  private static final int BATCH = 50;

  /** Between the archive and the stream nothing comes for longer than any gap that was learned. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private static final Instant END = Instant.parse("2026-01-07T08:00:00Z");
  private static final String MARKER = "marker";
  private static final List<String> MARKED = List.of("new", "strays", "creeps", "hourly", "high");
  private static final String[] RULES = {
    rule("new", "\"kind\":\"novelty\""),
    rule("strays", "\"kind\":\"deviation\",\"min_samples\":15,\"multiplier\":3"),
    rule("creeps", "\"kind\":\"drift\",\"warm_up\":100,\"threshold\":8"),
    rule("hourly", "\"kind\":\"seasonal\",\"min_samples\":5,\"min_days\":1"),
    rule("high", "\"kind\":\"limits\",\"high\":18"),
    rule("gone", "\"kind\":\"missing\",\"min_seconds\":" + MIN_SECONDS)
  };

  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  private Emulator emulator;

  @Test
  void aJobThatStartsFromTheArchiveSaysWhatOneSaysThatWasThereAllTheTime() throws Exception {
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    emulator = Emulator.startOrSkip(folder.resolve("emulator.log"));
    try (Emulator running = emulator;
        KinesisClient client = running.client()) {
      client.createStream(request -> request.streamName(STREAM).shardCount(1));
      client.waiter().waitUntilStreamExists(request -> request.streamName(STREAM));
      List<String> raws = raws();
      int cut = raws.size() * 2 / 3;

      Map<String, Long> always;
      try (LiveJob job = job("always").with("start_position", "TRIM_HORIZON").start(sql())) {
        put(client, raws.subList(0, cut));
        Thread.sleep(SILENCE.toMillis());
        put(client, raws.subList(cut, raws.size()));
        always = saidOf(job);
      }
      List<KinesisRecord> archived = records(client, cut);
      Map<String, Long> warmed = saidOf(warm("warmed", archived, archived));
      Map<String, Long> cold = saidOf(warm("cold", List.of(), archived));
      assertThat(warmed).isEqualTo(always);
      for (String rule : List.of("new", "strays", "creeps", "hourly", "high", "gone")) {
        assertThat(warmed.keySet()).anyMatch(said -> said.startsWith(rule + " "));
      }
      // What was learned in the archive tells how long is too long behind it.
      assertThat(warmed.keySet()).anyMatch(said -> said.startsWith("gone b cleared "));
      // The memory mattered: without it the same records give other anomalies.
      String last = archived.get(archived.size() - 1).sequenceNumber();
      assertThat(after(last, cold)).isNotEqualTo(after(last, warmed));
      assertThat(cold.keySet()).noneMatch(said -> said.startsWith("gone b cleared "));
    }
  }

  /** A job that starts from an archive of these records, which is said to end where others end. */
  private LiveJob warm(String name, List<KinesisRecord> archive, List<KinesisRecord> endsAs)
      throws Exception {
    Path place = folder.resolve(name).resolve("warm");
    Instant now = Instant.now();
    int third = archive.size() / 3 + 1;
    var objects = new ArrayList<List<KinesisRecord>>();
    for (int from = 0; from < archive.size(); from += third) {
      objects.add(archive.subList(from, Math.min(archive.size(), from + third)));
    }
    String last = endsAs.get(endsAs.size() - 1).sequenceNumber();
    Map<String, String> ends = Map.of(endsAs.get(0).shardId(), last);
    ArchiveFiles.write(place.resolve("readings"), now.minusSeconds(86_400), now, objects, ends);
    return job(name)
        .with("start_position", "LATEST")
        .with("warm_uri", place.toUri().toString())
        .start(sql());
  }

  private LiveJob job(String name) throws Exception {
    LiveJob job =
        new LiveJob(folder.resolve(name), JudgedPumps.SOURCES)
            .with("region", "us-east-1")
            .with("inputs", "readings=arn:aws:kinesis:us-east-1:000000000000:stream/" + STREAM)
            .with("read_interval_ms", "100");
    job.publish(1, RULES);
    return job;
  }

  /** The product's own table of the input, at the emulator; what is said is gathered. */
  private Pipeline.Sql sql() throws Exception {
    Path tables = Files.createDirectories(folder.resolve("tables"));
    String input = "records.each-input.sql";
    String text = Files.readString(LiveJob.FLINK_SQL.resolve("tables").resolve(input));
    String region = "'aws.region' = '${region}',";
    Files.writeString(
        tables.resolve(input),
        text.replace(region, region + "\n'aws.endpoint' = '" + emulator.endpoint() + "',"));
    for (String name : List.of("anomalies.sql", "rejects.sql")) {
      Files.writeString(tables.resolve(name), Files.readString(LiveJob.TABLES.resolve(name)));
    }
    return Main.sql(LiveJob.FLINK_SQL, tables);
  }

  /** Every record that is put, the end's markers with them. */
  private static List<String> raws() throws Exception {
    var raws = new ArrayList<String>();
    for (Judged judged : JudgedPumps.judged(STEPS)) {
      raws.add(JSON.readTree(judged.line()).path("raw").textValue());
    }
    // Of this pump every rule that counts readings says something, after all others.
    for (int reading = 0; reading < 165; reading++) {
      Instant at = END.plusSeconds(reading);
      double bar = reading < 160 ? 5 + reading % 3 : 900;
      raws.add("{\"pump\":\"%s\",\"bar\":%s,\"at\":%d}".formatted(MARKER, bar, at.toEpochMilli()));
    }
    return raws;
  }

  private static void put(KinesisClient client, List<String> raws) throws InterruptedException {
    for (int from = 0; from < raws.size(); from += BATCH) {
      var entries =
          raws.subList(from, Math.min(from + BATCH, raws.size())).stream()
              .map(
                  raw ->
                      PutRecordsRequestEntry.builder()
                          .data(SdkBytes.fromUtf8String(raw))
                          .partitionKey("all")
                          .build())
              .toList();
      client.putRecords(request -> request.streamName(STREAM).records(entries));
      // What comes within a thirtieth of min_seconds is one sign of life, and leaves no gap to
      // learn.
      Thread.sleep(MIN_SECONDS * 1_000 / 30 + 1);
    }
  }

  /** The stream's first records, as an archive would hold them. */
  private static List<KinesisRecord> records(KinesisClient client, int first) {
    String shard =
        client.listShards(request -> request.streamName(STREAM)).shards().get(0).shardId();
    String iterator =
        client
            .getShardIterator(
                request ->
                    request
                        .streamName(STREAM)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    var records = new ArrayList<KinesisRecord>();
    while (records.size() < first) {
      var answer = client.getRecords(GetRecordsRequest.builder().shardIterator(iterator).build());
      for (var record : answer.records()) {
        records.add(
            new KinesisRecord(
                shard,
                record.sequenceNumber(),
                record.approximateArrivalTimestamp(),
                record.data().asByteArray()));
      }
      iterator = answer.nextShardIterator();
    }
    return records.subList(0, first);
  }

  /** Everything that was said of the pumps, and how often, once the markers have come through. */
  private static Map<String, Long> saidOf(LiveJob job) throws Exception {
    try (job) {
      job.awaitSaid(
          MARKED.stream().map(rule -> rule + " " + MARKER + " raised").toArray(String[]::new));
      Thread.sleep(Duration.ofSeconds(1).toMillis()); // what is said twice comes behind
      return job.anomalies().stream()
          .filter(row -> !((String) row.get("entity")).equals(MARKER))
          .map(WarmArchiveTest::words)
          .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }
  }

  private static String words(Map<String, Object> row) {
    return Stream.of("rule_id", "entity", "kind", "anomaly_id", "score", "late", "sequence_number")
        .map(name -> String.valueOf(row.get(name)))
        .collect(Collectors.joining(" "));
  }

  private static List<String> after(String sequenceNumber, Map<String, Long> said) {
    return said.keySet().stream()
        .filter(words -> isAfter(sequenceNumber, words.substring(words.lastIndexOf(' ') + 1)))
        .toList();
  }

  private static boolean isAfter(String sequenceNumber, String other) {
    return other.matches("\\d+")
        && new BigInteger(other).compareTo(new BigInteger(sequenceNumber)) > 0;
  }

  private static String rule(String id, String rest) {
    return "{\"id\":\"%s\",\"source\":\"pumps\",\"metric\":\"bar\",%s}".formatted(id, rest);
  }
}
