package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a savepoint keeps: across a new detector, a detector taken away, and another parallelism.
 */
class StateTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String SOURCES =
      "{\"sources\":[{\"name\":\"pumps\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
          + "\"time\":\"at\",\"metrics\":[\"bar\"],\"out_of_order_ms\":0}]}";
  private static final String[] RULES = {
    rule("limit", "\"kind\":\"limits\",\"high\":100"),
    rule("unusual", "\"kind\":\"deviation\",\"min_samples\":10"),
    rule("busy", "\"kind\":\"window\",\"window\":\"tumbling\",\"aggregate\":\"count\",\"high\":5"),
    rule("slow", "\"kind\":\"window\",\"window\":\"hopping\",\"aggregate\":\"avg\",\"high\":40")
  };
  private static final SqlFolder.SqlFile ADDED_VIEW =
      file(
          "90-jumps.sql",
          "CREATE TEMPORARY VIEW jumps AS SELECT READING(packed_reading) AS reading,"
              + " LAG(`value`) OVER (PARTITION BY series ORDER BY proc_time) AS previous_value"
              + " FROM limits_rows;");
  private static final SqlFolder.SqlFile ADDED_DETECTOR =
      file(
          "jumps.sql",
          "INSERT INTO rejects SELECT CASE WHEN previous_value IS NULL THEN 'first' ELSE 'next' END, reading.entity,"
              + " CAST(NULL AS STRING), CAST(NULL AS STRING), CAST(NULL AS STRING), CAST(NULL AS STRING),"
              + " reading.sequence_number, CAST(NULL AS STRING) FROM jumps;");

  private static final String BACKEND = "state.backend.type";

  @TempDir Path folder;
  private int second;
  private long number;

  @ParameterizedTest
  @ValueSource(strings = {"hashmap", "rocksdb"})
  void anAddedDetectorLeavesTheStateOfTheOthersAndStartsWithNoneOfItsOwn(String backend)
      throws Exception {
    try (LiveJob job = new LiveJob(folder, SOURCES)) {
      job.configured(BACKEND, backend).publish(1, RULES);
      job.start(LiveJob.productSql());
      List<String> before = new ArrayList<>();
      for (int calm = 0; calm < 12; calm++) {
        before.add(record("a", 1 + calm % 2));
      }
      second = 20;
      before.add(record("b", 200));
      before.add(record("b", 201));
      before.add(record("b", 202));
      job.put(before);
      job.awaitSaid("limit b raised", "busy a raised");
      String savepoint = job.stopWithSavepoint();
      int saidBefore = job.said().size();

      job.start(with(ADDED_VIEW, ADDED_DETECTOR), 1, savepoint, false);
      List<String> after = new ArrayList<>();
      after.add(record("b", 50));
      after.add(record("b", 51));
      after.add(record("b", 52));
      after.add(record("a", 90));
      second = 40;
      after.add(record("z", 1));
      job.put(after);
      // The open alarm is known, the baseline of 12 is warm, and the window holds 3 + 3 readings.
      job.awaitSaid("limit b cleared", "unusual a raised", "busy b raised");
      assertThat(job.said().subList(saidBefore, job.said().size()))
          .contains("limit b cleared", "unusual a raised", "busy b raised")
          .doesNotContain("limit b raised");
      job.await("added detector", () -> job.rows("rejects").size() == 5);
      assertThat(job.rows("rejects").get(0)).containsEntry("reason", "first");

      String withAdded = job.stopWithSavepoint();
      LiveJob refused = job;
      assertThatThrownBy(
              () -> {
                refused.start(LiveJob.productSql(), 1, withAdded, false);
                refused.await("never", () -> false);
              })
          .hasStackTraceContaining("allowNonRestoredState");
      job.start(LiveJob.productSql(), 1, withAdded, true);
      job.put(List.of(record("b", 200)));
      job.await("raised again", () -> count(job, "limit b raised") == 2);
      job.put(List.of(record("b", 53)));
      job.await("cleared again", () -> count(job, "limit b cleared") == 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hashmap", "rocksdb"})
  void aRunOfOneTwoAndFourTasksSaysWhatAnUndisturbedOneSays(String backend) throws Exception {
    List<List<String>> phases = List.of(phase(0), phase(1), phase(2));
    Set<String> expected;
    try (LiveJob undisturbed = new LiveJob(folder.resolve("undisturbed"), SOURCES)) {
      undisturbed.configured(BACKEND, backend).publish(1, RULES);
      undisturbed.start(LiveJob.productSql());
      for (int phase = 0; phase < 3; phase++) {
        undisturbed.put(phases.get(phase));
        awaitEndOf(undisturbed, phase);
      }
      expected = ids(undisturbed);
    }
    Set<String> rescaled = new HashSet<>();
    try (LiveJob job = new LiveJob(folder.resolve("rescaled"), SOURCES)) {
      // For so long a reader holds the windows that has started and finds no records of its own.
      job.with("idle_timeout_ms", "3000");
      job.configured(BACKEND, backend).publish(1, RULES);
      String savepoint = null;
      for (int phase = 0; phase < 3; phase++) {
        job.start(LiveJob.productSql(), 1 << phase, savepoint, false);
        job.put(phases.get(phase));
        awaitEndOf(job, phase);
        savepoint = job.stopWithSavepoint();
      }
      rescaled.addAll(ids(job));
      assertThat(job.anomalies()).hasSize(rescaled.size());
    }
    assertThat(expected.stream().map(id -> id.split(" ")[0]).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("limit", "unusual", "busy", "slow");
    assertThat(rescaled).isEqualTo(expected);
    System.out.println("rescaled 1, 2, 4: " + rescaled.size() + " transitions, all as undisturbed");
  }

  /**
   * 1,200 readings of 20 pumps, some out of limits and some unusual; the last one moves time on.
   */
  private List<String> phase(int phase) {
    List<String> records = new ArrayList<>();
    java.util.Random random = new java.util.Random(phase);
    for (int step = 0; step < 60; step++) {
      for (int pump = 0; pump < 20; pump++) {
        second = phase * 100 + step;
        double bar = 10 + random.nextInt(3) + (random.nextInt(40) == 0 ? 200 : 0);
        records.add(record("pump-" + pump, bar));
      }
    }
    second = phase * 100 + 90;
    records.add(record("end-" + phase, 101));
    return records;
  }

  private static void awaitEndOf(LiveJob job, int phase) throws Exception {
    job.awaitSaid("limit end-" + phase + " raised");
    job.await("windows", () -> count(job, "busy pump-0 cleared") == phase + 1);
    // Windows of different tasks end at different moments; all are told when nothing more is said.
    int[] seen = {-1, 0};
    job.await(
        "quiet",
        () -> {
          boolean same = seen[0] == job.anomalies().size();
          seen[0] = job.anomalies().size();
          seen[1] = same ? seen[1] + 1 : 0;
          return seen[1] > 50;
        });
  }

  private static Set<String> ids(LiveJob job) {
    return job.anomalies().stream()
        .map(
            row ->
                row.get("rule_id")
                    + " "
                    + row.get("entity")
                    + " "
                    + row.get("kind")
                    + " "
                    + row.get("value")
                    + " "
                    + row.get("anomaly_id"))
        .collect(Collectors.toSet());
  }

  private static long count(LiveJob job, String word) {
    return job.said().stream().filter(word::equals).count();
  }

  private String record(String pump, double bar) {
    second++;
    Instant at = START.plusSeconds(second);
    String raw = "{\"pump\":\"%s\",\"bar\":%s,\"at\":%d}".formatted(pump, bar, at.toEpochMilli());
    second -= pump.equals("b") || pump.startsWith("pump-") ? 1 : 0;
    return LiveJob.record("shard", number++, at, raw);
  }

  private static Pipeline.Sql with(SqlFolder.SqlFile view, SqlFolder.SqlFile detector)
      throws Exception {
    Pipeline.Sql product = LiveJob.productSql();
    List<SqlFolder.SqlFile> views = new ArrayList<>(product.views());
    views.add(view);
    // Not the last: as from a folder, those after it get other places in the job.
    List<SqlFolder.SqlFile> detectors = new ArrayList<>(product.detectors());
    detectors.add(1, detector);
    return new Pipeline.Sql(product.tables(), views, detectors);
  }

  private static SqlFolder.SqlFile file(String name, String text) {
    return new SqlFolder.SqlFile(name, new SqlText(name, text));
  }

  private static String rule(String id, String rest) {
    return "{\"id\":\"%s\",\"source\":\"pumps\",\"metric\":\"bar\",%s}".formatted(id, rest);
  }
}
