package tocsin.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The whole job on the MiniCluster of a test, as it runs for months: records come in files that
 * appear in a folder, rules change under it, and it is stopped with a savepoint and started again.
 */
final class LiveJob implements AutoCloseable {
  static final Path FLINK_SQL = Path.of("../flink-sql");
  static final Path TABLES = Path.of("src/test/resources/live-tables");

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long LOOK_MS = 20;
  private static final long BETWEEN_FILES_MS = 250;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final String run;
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, String> options = new HashMap<>();
  private JobClient job;
  private int files;

  /**
   * @param folder an empty folder of this run
   * @param sources text of a SourceSet
   */
  LiveJob(Path folder, String sources) throws IOException {
    this.folder = folder;
    this.run = folder.toString();
    Files.createDirectories(folder.resolve("archive"));
    Files.writeString(folder.resolve("sources.json"), sources);
    settings.put("run", run);
    settings.put("sources_uri", folder.resolve("sources.json").toUri().toString());
    settings.put("rules_uri", folder.resolve("rules.json").toUri().toString());
    settings.put("archive_path", folder.resolve("archive").toUri().toString());
    settings.put("rules_poll_ms", "50");
    settings.put("idle_timeout_ms", "600000");
    settings.put("anomaly_threshold_multiplier", "3");
    settings.put("deviation_rows", "20");
    settings.put("max_novelty_keys", "1000");
    settings.put("tumbling_seconds", "10");
    settings.put("hopping_seconds", "20");
    settings.put("hop_seconds", "10");
    settings.put("max_ahead_ms", "300000");
  }

  LiveJob with(String setting, String value) {
    settings.put(setting, value);
    return this;
  }

  /** Sets an option of Flink for the starts from here on. */
  LiveJob configured(String option, String value) {
    options.put(option, value);
    return this;
  }

  static Pipeline.Sql productSql() throws IOException {
    return Main.sql(FLINK_SQL, TABLES);
  }

  /** Starts from nothing. */
  LiveJob start(Pipeline.Sql sql) throws Exception {
    return start(sql, 1, null, false);
  }

  /**
   * @param savepoint where to go on from, or null
   */
  LiveJob start(Pipeline.Sql sql, int parallelism, String savepoint, boolean mayLoseState)
      throws Exception {
    Configuration conf = Configuration.fromMap(options);
    if (savepoint != null) {
      conf.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      conf.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, mayLoseState);
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.configure(conf);
    env.setParallelism(parallelism);
    job = env.executeAsync(Pipeline.build(env, JobProperties.of("tocsin", settings), sql));
    return this;
  }

  /** Publishes rules as a deploy does: whole, with a version. */
  void publish(long version, String... rules) throws IOException {
    publishText("{\"version\":" + version + ",\"rules\":[" + String.join(",", rules) + "]}");
  }

  void publishText(String text) throws IOException {
    replace(folder.resolve("rules.json"), text);
  }

  /** Puts records, in this order and after those put before. */
  void put(List<String> archiveLines) throws Exception {
    files++;
    replace(
        folder.resolve("archive").resolve("records-%04d.jsonl".formatted(files)),
        String.join("\n", archiveLines) + "\n");
    // Flink reads the files that one look finds in any order, so each look must find one.
    Thread.sleep(BETWEEN_FILES_MS);
  }

  private void replace(Path file, String text) throws IOException {
    Path hidden = file.resolveSibling("." + file.getFileName());
    Files.writeString(hidden, text);
    Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** One line of the archive: a record as the stream delivered it. */
  static String record(String shard, long number, Instant arrival, String raw) {
    ObjectNode line = JSON.createObjectNode();
    line.put("stream", "readings");
    line.put("arrival_time", "%tFT%<tT.%<tLZ".formatted(arrival.atZone(java.time.ZoneOffset.UTC)));
    line.put("shard_id", shard);
    line.put("sequence_number", "%d".formatted(number));
    line.put("raw", raw);
    return line.toString();
  }

  List<Map<String, Object>> anomalies() {
    return CollectTableFactory.rows(run, "anomalies");
  }

  List<Map<String, Object>> rows(String table) {
    return CollectTableFactory.rows(run, table);
  }

  /** What was said so far, each as {@code rule entity kind}. */
  List<String> said() {
    return anomalies().stream()
        .map(row -> row.get("rule_id") + " " + row.get("entity") + " " + row.get("kind"))
        .toList();
  }

  void awaitSaid(String... words) throws Exception {
    await(List.of(words) + " but " + said(), () -> said().containsAll(List.of(words)));
  }

  /** Waits until it holds. Fails with the job's own error when that ends first. */
  void await(String what, BooleanSupplier holds) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (job.getJobStatus().get().isGloballyTerminalState()) {
        job.getJobExecutionResult().get();
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "within " + PATIENCE.toSeconds() + " s not seen: " + what + said());
      }
      Thread.sleep(LOOK_MS);
    }
  }

  /** Stops and says where the state lies; tries again while tasks are still being started. */
  String stopWithSavepoint() throws Exception {
    String target = folder.resolve("savepoints").toUri().toString();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return job.stopWithSavepoint(false, target, SavepointFormatType.CANONICAL)
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException notYet) {
        if (System.nanoTime() > deadline) {
          throw notYet;
        }
        Thread.sleep(10 * LOOK_MS);
      }
    }
  }

  /** Waits until a bounded run has read everything. */
  void awaitEnd() throws Exception {
    job.getJobExecutionResult().get(5 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    if (job != null && !job.getJobStatus().get().isGloballyTerminalState()) {
      job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
