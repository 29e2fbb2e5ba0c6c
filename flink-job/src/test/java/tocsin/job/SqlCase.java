package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * One folder of test/flink-sql: records in, anomalies and rejects out, with the product's own views
 * and detectors. Expected lines name only the fields that matter to the case; the number of lines
 * must fit exactly.
 *
 * <p>With {@code rules-later.json} the job runs on: when all of {@code out.jsonl} is said, those
 * rules are published; the first line of {@code in-later.jsonl} is put again and again until it
 * raises something by them, then the other lines, and {@code out-later.jsonl} is what follows.
 */
final class SqlCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path TABLES = Path.of("src/test/resources/tables");
  private static final Path FLINK_SQL = Path.of("../flink-sql");
  private static final Path DEFAULTS = Path.of("../test/flink-sql");

  private final Path folder;
  private final Path out;

  SqlCase(Path folder, Path out) {
    this.folder = folder;
    this.out = out;
  }

  void run() throws Exception {
    if (Files.exists(folder.resolve("rules-later.json"))) {
      runOn();
      return;
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.execute(Pipeline.build(env, JobProperties.of("tocsin", properties()), sql(TABLES)));
    assertLike("anomalies", byKey(written("anomalies")), byKey(expected("out.jsonl")));
    assertLike("rejects", written("rejects"), expected("rejects.jsonl"));
  }

  private void runOn() throws Exception {
    List<JsonNode> first = expected("out.jsonl");
    List<JsonNode> later = expected("out-later.jsonl");
    try (LiveJob job = new LiveJob(out, Files.readString(file("sources.json")))) {
      settings().forEach(job::with);
      job.publishText(Files.readString(folder.resolve("rules.json")));
      job.start(sql(LiveJob.TABLES));
      job.put(Files.readAllLines(folder.resolve("in.jsonl")));
      awaitSaid(job, first.size());
      job.publishText(Files.readString(folder.resolve("rules-later.json")));
      List<String> lines = Files.readAllLines(folder.resolve("in-later.jsonl"));
      while (job.anomalies().size() == first.size()) {
        job.put(lines.subList(0, 1));
      }
      job.put(lines.subList(1, lines.size()));
      awaitSaid(job, first.size() + later.size());
      List<JsonNode> said =
          job.anomalies().stream().<JsonNode>map(row -> JSON.valueToTree(row)).toList();
      assertLike("anomalies", byKey(said.subList(0, first.size())), byKey(first));
      assertLike("later anomalies", byKey(said.subList(first.size(), said.size())), byKey(later));
    }
  }

  private static void awaitSaid(LiveJob job, int count) throws Exception {
    job.await(count + " anomalies", () -> job.anomalies().size() >= count);
  }

  /**
   * Only the detectors that have a rule in this case: the others could say nothing, but take time.
   */
  private Pipeline.Sql sql(Path tables) throws IOException {
    Pipeline.Sql all = Main.sql(FLINK_SQL, tables);
    Set<String> files = new HashSet<>(Set.of("rejects.sql"));
    for (String name : List.of("rules.json", "rules-later.json")) {
      if (Files.exists(folder.resolve(name))) {
        JsonNode rules = JSON.readTree(Files.readString(folder.resolve(name))).path("rules");
        rules.forEach(rule -> files.add(rule.path("kind").asText() + ".sql"));
      }
    }
    return new Pipeline.Sql(
        all.tables(),
        all.views(),
        all.detectors().stream().filter(file -> files.contains(file.name())).toList());
  }

  private Map<String, String> properties() throws IOException {
    Map<String, String> properties = new HashMap<>();
    properties.put("sources_uri", file("sources.json").toUri().toString());
    properties.put("rules_uri", folder.resolve("rules.json").toUri().toString());
    properties.put("archive_path", folder.resolve("in.jsonl").toUri().toString());
    properties.put("out_path", out.toUri().toString());
    properties.put("rules_poll_ms", "0");
    // No pause of a busy machine may count as a shard's silence.
    properties.put("idle_timeout_ms", "600000");
    properties.putAll(settings());
    return properties;
  }

  private Map<String, String> settings() throws IOException {
    Map<String, String> settings = new HashMap<>();
    JSON.readTree(Files.readString(file("settings.json")))
        .properties()
        .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
    return settings;
  }

  /** The case's own file, or else the one of all cases. */
  private Path file(String name) {
    Path own = folder.resolve(name);
    return Files.exists(own) ? own : DEFAULTS.resolve(name);
  }

  private List<JsonNode> expected(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? lines(file) : List.of();
  }

  private List<JsonNode> written(String table) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    Path directory = out.resolve(table);
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.sorted().toList()) {
          rows.addAll(lines(file));
        }
      }
    }
    return rows;
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank()) {
        lines.add(JSON.readTree(line));
      }
    }
    return lines;
  }

  /** Order is promised within a rule, entity and metric, and not between them. */
  private static List<JsonNode> byKey(List<JsonNode> anomalies) {
    return anomalies.stream()
        .sorted(
            Comparator.comparing(
                anomaly ->
                    anomaly.path("rule_id").asText()
                        + "\n"
                        + anomaly.path("entity").asText()
                        + "\n"
                        + anomaly.path("metric").asText()))
        .toList();
  }

  private static void assertLike(String what, List<JsonNode> actual, List<JsonNode> expected) {
    String told =
        what + " were:\n" + String.join("\n", actual.stream().map(JsonNode::toString).toList());
    assertThat(actual).as(told).hasSameSizeAs(expected);
    for (int line = 0; line < expected.size(); line++) {
      for (Map.Entry<String, JsonNode> field : expected.get(line).properties()) {
        assertThat(isLike(actual.get(line).get(field.getKey()), field.getValue()))
            .as("%s line %d: %s; %s", what, line + 1, field, told)
            .isTrue();
      }
    }
  }

  /** Equal, but for the last digits of numbers and for the way in which they are written. */
  private static boolean isLike(JsonNode actual, JsonNode expected) {
    if (actual == null || actual.getNodeType() != expected.getNodeType()) {
      return false;
    }
    if (expected.isNumber()) {
      double number = expected.doubleValue();
      return Math.abs(actual.doubleValue() - number) <= Math.abs(number) * 1e-9;
    }
    if (!expected.isArray()) {
      return actual.equals(expected);
    }
    boolean alike = actual.size() == expected.size();
    for (int place = 0; alike && place < expected.size(); place++) {
      alike = isLike(actual.get(place), expected.get(place));
    }
    return alike;
  }
}
