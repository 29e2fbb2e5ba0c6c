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
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.execute(Pipeline.build(env, JobProperties.of("tocsin", properties()), sql()));
    assertLike("anomalies", byKey(written("anomalies")), byKey(expected("out.jsonl")));
    assertLike("rejects", written("rejects"), expected("rejects.jsonl"));
  }

  /**
   * Only the detectors that have a rule in this case: the others could say nothing, but take time.
   */
  private Pipeline.Sql sql() throws IOException {
    Pipeline.Sql all = Main.sql(FLINK_SQL, TABLES);
    Set<String> files = new HashSet<>(Set.of("rejects.sql"));
    JsonNode rules = JSON.readTree(Files.readString(folder.resolve("rules.json"))).path("rules");
    rules.forEach(rule -> files.add(rule.path("kind").asText() + ".sql"));
    return new Pipeline.Sql(
        all.tables(),
        all.views(),
        all.detectors().stream().filter(file -> files.contains(file.name())).toList());
  }

  private Map<String, String> properties() throws IOException {
    Map<String, String> properties = new HashMap<>();
    properties.put("sources_uri", fileOrDefault("sources.json"));
    properties.put("rules_uri", folder.resolve("rules.json").toUri().toString());
    properties.put("archive_path", folder.resolve("in.jsonl").toUri().toString());
    properties.put("out_path", out.toUri().toString());
    properties.put("rules_poll_ms", "0");
    // No pause of a busy machine may count as a shard's silence.
    properties.put("idle_timeout_ms", "600000");
    JsonNode settings =
        JSON.readTree(
            Files.readString(Path.of(java.net.URI.create(fileOrDefault("settings.json")))));
    settings
        .properties()
        .forEach(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
    return properties;
  }

  private String fileOrDefault(String name) {
    Path own = folder.resolve(name);
    return (Files.exists(own) ? own : DEFAULTS.resolve(name)).toUri().toString();
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
