package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tocsin.connector.kinesis.source.Aggregates;

/** The job of a backtest: records from a file, time by their arrival. */
class ReplayTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long START_MS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final String SOURCES =
      "{\"sources\":[{\"name\":\"pumps\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
          + "\"time\":\"at\",\"metrics\":[\"bar\"],\"out_of_order_ms\":500}]}";
  private static final String RULES =
      "{\"version\":1,\"rules\":[{\"id\":\"burst\",\"kind\":\"window\",\"source\":\"pumps\","
          + "\"metric\":\"bar\",\"window\":\"tumbling\",\"aggregate\":\"count\",\"high\":2},"
          + "{\"id\":\"limit\",\"kind\":\"limits\",\"source\":\"pumps\",\"metric\":\"bar\",\"high\":9}]}";

  @TempDir Path folder;
  private final List<String> lines = new ArrayList<>();

  @Test
  void aSilenceEndsTheWindowsInItBeforeTheRecordThatEndsTheSilence() throws Exception {
    arrives(0, pump("a", 1, 0));
    arrives(1, pump("a", 1, 1));
    arrives(2, pump("a", 1, 2));
    // Of the window's time, and after it had been told: late, as it was when the job ran.
    arrives(60, pump("a", 10, 5));
    assertThat(replayUntil(61)).containsExactly("burst a raised", "limit a raised late");
    assertThat(clockAtWatermark(START_MS + 9_999)).isEqualTo(START_MS + 10_500);
  }

  @Test
  void aWindowThatWasNotOverIsNotTold() throws Exception {
    arrives(0, pump("a", 1, 0));
    arrives(1, pump("a", 1, 1));
    arrives(2, pump("a", 1, 2));
    assertThat(replayUntil(9)).isEmpty();
  }

  @Test
  void timePassesFromTheLastRecordToTheEndOfTheReplay() throws Exception {
    arrives(0, pump("a", 1, 0));
    arrives(1, pump("a", 1, 1));
    arrives(2, pump("a", 1, 2));
    assertThat(replayUntil(20)).containsExactly("burst a raised");
  }

  @Test
  void aShardThatWasSilentDoesNotHoldTimeBack() throws Exception {
    arrivesAt("shard-2", 0, pump("b", 1, 0));
    for (int second = 0; second < 30; second++) {
      arrives(second, pump("a", 1, second));
    }
    assertThat(replayUntil(30)).containsExactly("burst a raised");
  }

  @Test
  void anAggregateIsTakenApartAndBytesStayBytes() throws Exception {
    byte[] aggregate = Aggregates.of(List.of(pump("a", 10, 0), pump("b", 11, 0)));
    add(line("shard-1", 0).put("raw_base64", aggregate));
    assertThat(replayUntil(1)).containsExactly("limit a raised", "limit b raised");
  }

  private long clockAtWatermark(long watermarkMs) throws IOException {
    for (String line : Files.readAllLines(folder.resolve("clock.tsv"))) {
      long[] times = Stream.of(line.split("\t")).mapToLong(Long::parseLong).toArray();
      if (times[2] >= watermarkMs) {
        return Math.max(times[0], times[1] - (times[2] - watermarkMs));
      }
    }
    throw new AssertionError("the watermark never came to " + watermarkMs);
  }

  private static String pump(String name, int bar, int second) {
    return "{\"pump\":\"%s\",\"bar\":%d,\"at\":%d}"
        .formatted(name, bar, START_MS + second * 1_000L);
  }

  private void arrives(int second, String raw) {
    arrivesAt("shard-1", second, raw);
  }

  private void arrivesAt(String shard, int second, String raw) {
    add(line(shard, second).put("raw", raw));
  }

  private void add(ObjectNode line) {
    lines.add(line.toString());
  }

  private ObjectNode line(String shard, int second) {
    return JSON.createObjectNode()
        .put("stream", "readings")
        .put("arrival_ms", START_MS + second * 1_000L)
        .put("shard_id", shard)
        .put("sequence_number", String.valueOf(lines.size() + 1));
  }

  /** What was told: rule, entity, kind, and whether it was late. */
  private List<String> replayUntil(int second) throws Exception {
    Map<String, String> properties = new HashMap<>();
    properties.put("sources_uri", write("sources.json", SOURCES));
    properties.put("rules_uri", write("rules.json", RULES));
    properties.put("rules_poll_ms", "0");
    write("records.jsonl", String.join("\n", lines) + "\n");
    properties.put("replay_file", folder.resolve("records.jsonl").toString());
    properties.put("replay_until_ms", String.valueOf(START_MS + second * 1_000L));
    properties.put("replay_clock_file", folder.resolve("clock.tsv").toString());
    properties.put("out_path", folder.resolve("out").toUri().toString());
    properties.put("idle_timeout_ms", "5000");
    JSON.readTree(Files.readString(Path.of("../test/flink-sql/settings.json")))
        .properties()
        .forEach(setting -> properties.put(setting.getKey(), setting.getValue().asText()));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.execute(
        Pipeline.build(
            env,
            JobProperties.of("tocsin", properties),
            Main.sql(Path.of("../flink-sql"), Path.of("../cli/backtest/tables"))));
    return told();
  }

  private String write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    return file.toUri().toString();
  }

  private List<String> told() throws IOException {
    List<String> told = new ArrayList<>();
    Path anomalies = folder.resolve("out/anomalies");
    if (!Files.exists(anomalies)) {
      return told;
    }
    try (Stream<Path> files = Files.list(anomalies)) {
      for (Path file : files.toList()) {
        for (String line : Files.readAllLines(file)) {
          JsonNode row = JSON.readTree(line);
          told.add(
              row.path("rule_id").asText()
                  + " "
                  + row.path("entity").asText()
                  + " "
                  + row.path("kind").asText()
                  + (row.path("late").asBoolean() ? " late" : ""));
        }
      }
    }
    return told.stream().sorted().toList();
  }
}
