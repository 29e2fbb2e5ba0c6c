package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tocsin.job.JudgedPumps.Judged;

/**
 * A job that was stopped, or that failed, goes on with the scores of one that never was: to the
 * bit, for a pump that was saved twice, for one that was saved once, and for one that never was.
 */
class NoveltyStateTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private static final String RULE =
      "{\"id\":\"new\",\"kind\":\"novelty\",\"source\":\"pumps\",\"metric\":\"bar\"}";
  private static final SqlFolder.SqlFile SCORES =
      file(
          "scores.sql",
          "INSERT INTO rejects SELECT CAST(score AS STRING), CAST(warm AS STRING), CAST(NULL AS STRING),"
              + " entity, CAST(NULL AS STRING), CAST(NULL AS STRING), reading.sequence_number,"
              + " CAST(NULL AS STRING) FROM novelty_scores"
              + " WHERE FAILS_ONCE(reading.sequence_number) AND NOT rule_retired;");
  private static final SqlFolder.SqlFile FAILS_ONCE =
      file(
          "90-fails-once.sql",
          "CREATE TEMPORARY SYSTEM FUNCTION FAILS_ONCE AS '"
              + FailsOnce.class.getName()
              + "' LANGUAGE JAVA;");

  /** The job saves a model every 1,000 readings. */
  private static final int STEPS_BEFORE = 2_300;

  private static final int STEPS_AFTER = 400;

  /**
   * Flink may still write a checkpoint of the job that a test ended, and a folder that grows cannot
   * be removed.
   */
  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  @Test
  void aSavepointKeepsEveryModelThoughTheJobGoesOnWithAnotherParallelism() throws Exception {
    List<Judged> judged = JudgedPumps.judged(STEPS_BEFORE + STEPS_AFTER);
    int before = JudgedPumps.readings(STEPS_BEFORE);
    FailsOnce.arm("never");
    try (LiveJob job = new LiveJob(folder, JudgedPumps.SOURCES)) {
      job.publish(1, RULE);
      job.start(sql());
      put(job, judged.subList(0, before));
      awaitScores(job, before);
      String savepoint = job.stopWithSavepoint();
      job.start(sql(), 2, savepoint, false);
      put(job, judged.subList(before, judged.size()));
      awaitScores(job, judged.size());
      assertThat(scores(job)).hasSize(judged.size());
      assertAsUndisturbed(job, judged);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hashmap", "rocksdb"})
  void aFailureChangesNoScore(String backend) throws Exception {
    List<Judged> judged = JudgedPumps.judged(STEPS_BEFORE + STEPS_AFTER);
    int before = JudgedPumps.readings(STEPS_BEFORE);
    int failing = before + (judged.size() - before) / 2;
    FailsOnce.arm(judged.get(failing).sequenceNumber());
    Path checkpoints = folder.resolve("checkpoints");
    try (LiveJob job = new LiveJob(folder, JudgedPumps.SOURCES)) {
      job.publish(1, RULE);
      job.configured("state.backend.type", backend)
          .configured("execution.checkpointing.interval", "300 ms")
          .configured("execution.checkpointing.dir", checkpoints.toUri().toString())
          .configured("restart-strategy.type", "fixed-delay")
          .configured("restart-strategy.fixed-delay.attempts", "1")
          .configured("restart-strategy.fixed-delay.delay", "1 s")
          .start(sql());
      put(job, judged.subList(0, before));
      awaitScores(job, before);
      Instant judgedAt = Instant.now();
      job.await("checkpoint", () -> isCheckpointedSince(checkpoints, judgedAt));
      put(job, judged.subList(before, judged.size()));
      awaitScores(job, judged.size());

      assertThat(FailsOnce.failures()).isEqualTo(1);
      assertAsUndisturbed(job, judged);
      // What came before the checkpoint was not judged anew: the models came from the state.
      String first = judged.get(0).sequenceNumber();
      assertThat(scores(job).stream().filter(row -> row.get("sequence_number").equals(first)))
          .hasSize(1);
    }
  }

  private static void assertAsUndisturbed(LiveJob job, List<Judged> judged) {
    Map<String, String> expected = new HashMap<>();
    judged.forEach(each -> expected.put(each.sequenceNumber(), each.score()));
    List<String> off =
        scores(job).stream()
            .filter(row -> !row.get("reason").equals(expected.get(row.get("sequence_number"))))
            .map(row -> row + " in place of " + expected.get((String) row.get("sequence_number")))
            .limit(5)
            .toList();
    assertThat(off).isEmpty();
    // Not a comparison of zeros.
    assertThat(expected.values().stream().distinct().count()).isGreaterThan(judged.size() / 2);
  }

  private static List<Map<String, Object>> scores(LiveJob job) {
    return job.rows("rejects");
  }

  /** Waits until that many different readings have been judged. */
  private static void awaitScores(LiveJob job, int count) throws Exception {
    job.await(
        count + " scores",
        () ->
            scores(job).stream().map(row -> row.get("sequence_number")).distinct().count()
                == count);
  }

  private static void put(LiveJob job, List<Judged> judged) throws Exception {
    job.put(JudgedPumps.lines(judged));
  }

  private static boolean isCheckpointedSince(Path checkpoints, Instant since) {
    if (!Files.exists(checkpoints)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files
          .filter(file -> file.getFileName().toString().equals("_metadata"))
          .anyMatch(file -> file.toFile().lastModified() > since.toEpochMilli() + 1_000);
    } catch (IOException | java.io.UncheckedIOException gone) {
      // Flink takes an old checkpoint away while we look.
      return false;
    }
  }

  private static Pipeline.Sql sql() throws Exception {
    Pipeline.Sql product = LiveJob.productSql();
    List<SqlFolder.SqlFile> views = new ArrayList<>(product.views());
    views.add(FAILS_ONCE);
    return new Pipeline.Sql(product.tables(), views, List.of(SCORES));
  }

  private static SqlFolder.SqlFile file(String name, String text) {
    return new SqlFolder.SqlFile(name, new SqlText(name, text));
  }
}
