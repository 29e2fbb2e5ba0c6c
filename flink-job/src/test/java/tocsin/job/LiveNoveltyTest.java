package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tocsin.functions.Novelty;

/** The life of a novelty alarm in a running job. */
class LiveNoveltyTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String SOURCES =
      "{\"sources\":[{\"name\":\"pumps\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
          + "\"time\":\"at\",\"metrics\":[\"bar\"],\"out_of_order_ms\":0}]}";
  private static final String NOVELTY = rule("new", "\"kind\":\"novelty\"");

  /** More than the readings that a model learns before it judges. */
  private static final int WARM = 200;

  @TempDir Path folder;
  private int second;

  @Test
  void anAlarmSurvivesARestartAndEndsWithItsRule() throws Exception {
    try (LiveJob job = new LiveJob(folder, SOURCES)) {
      job.publish(1, NOVELTY);
      job.start(LiveJob.productSql());
      List<String> records = calm("a", WARM);
      records.add(record("a", 900));
      job.put(records);
      job.awaitSaid("new a raised");
      String savepoint = job.stopWithSavepoint();

      job.start(LiveJob.productSql(), 1, savepoint, false);
      job.publish(2, rule("other", "\"kind\":\"limits\",\"high\":1"));
      job.await(
          "the new rule",
          () -> {
            try {
              job.put(calm("a", 1));
            } catch (Exception impossible) {
              throw new IllegalStateException(impossible);
            }
            return job.said().contains("other a raised");
          });
      job.awaitSaid("new a cleared");
      assertThat(job.said()).containsOnlyOnce("new a raised");

      // Rule and key are back, and the key has to be learned anew: 900 raises nothing.
      job.publish(3, NOVELTY, rule("other", "\"kind\":\"limits\",\"high\":1000"));
      job.await(
          "the end of the other rule's alarm",
          () -> {
            try {
              job.put(calm("a", 1));
            } catch (Exception impossible) {
              throw new IllegalStateException(impossible);
            }
            return job.said().contains("other a cleared");
          });
      job.put(List.of(record("a", 900), record("a", 2_000)));
      job.awaitSaid("other a raised");
      assertThat(job.said()).containsOnlyOnce("new a raised");
    }
  }

  @Test
  void keysBeyondTheSettingAreNotJudgedAndTheOthersAre() throws Exception {
    try (LiveJob job = new LiveJob(folder, SOURCES).with("max_novelty_keys", "2")) {
      job.publish(1, NOVELTY, rule("high", "\"kind\":\"limits\",\"high\":500"));
      job.start(LiveJob.productSql());
      List<String> records = new ArrayList<>();
      for (String pump : List.of("a", "b", "c")) {
        records.addAll(calm(pump, WARM));
      }
      for (String pump : List.of("a", "b", "c")) {
        records.add(record(pump, 900));
      }
      job.put(records);
      job.awaitSaid("new a raised", "new b raised", "high c raised");
      assertThat(job.said()).doesNotContain("new c raised");
    }
  }

  @Test
  void newKeysTakeNoPlaceOfThoseThatWereKnownBeforeARestart() throws Exception {
    try (LiveJob job = new LiveJob(folder, SOURCES).with("max_novelty_keys", "2")) {
      job.publish(1, NOVELTY, rule("seen", "\"kind\":\"limits\",\"high\":500"));
      job.start(LiveJob.productSql());
      List<String> records = new ArrayList<>();
      for (int reading = 0; reading < WARM; reading++) {
        records.addAll(calm("a", 1));
        records.addAll(calm("b", 1));
      }
      records.add(record("b", 900));
      job.put(records);
      job.awaitSaid("new b raised");
      String savepoint = job.stopWithSavepoint();

      job.start(LiveJob.productSql(), 1, savepoint, false);
      // The new one comes first, and often.
      records = calm("c", WARM);
      records.addAll(calm("a", 1));
      records.addAll(calm("c", WARM));
      records.add(record("c", 900));
      records.add(record("a", 900));
      job.put(records);
      job.awaitSaid("seen c raised", "new a raised");
      assertThat(job.said()).doesNotContain("new c raised");
    }
  }

  @Test
  void aKeyWithoutAReadingForThirtyDaysIsLearnedAnewAndOneThatHasSomeIsNot() throws Exception {
    try (LiveJob job = new LiveJob(folder, SOURCES)) {
      job.configured("state.backend.type", SteppedClockBackend.Factory.class.getName());
      job.publish(1, NOVELTY, rule("seen", "\"kind\":\"limits\",\"high\":500"));
      job.start(LiveJob.productSql());
      List<String> records = new ArrayList<>();
      for (String pump : List.of("idle", "busy", "late")) {
        records.addAll(calm(pump, WARM));
      }
      records.add(record("late", 900));
      job.put(records);
      job.awaitSaid("new late raised");
      SteppedClockBackend.pass(Duration.ofDays(20));
      records = calm("busy", 1);
      records.add(record("now", 900));
      job.put(records);
      job.awaitSaid("seen now raised");
      SteppedClockBackend.pass(Duration.ofDays(11));
      job.put(List.of(record("idle", 900), record("busy", 900)));
      job.awaitSaid("seen idle raised", "new busy raised");
      assertThat(job.said()).doesNotContain("new idle raised");
    }
  }

  @Test
  void eachPartOfAKeysStateExpires() {
    List<String> kept =
        Arrays.stream(Novelty.class.getMethods())
            .filter(method -> method.getName().equals("eval"))
            .flatMap(method -> Arrays.stream(method.getParameters()))
            .filter(parameter -> parameter.isAnnotationPresent(StateHint.class))
            .map(parameter -> parameter.getAnnotation(StateHint.class).ttl())
            .toList();
    assertThat(kept).containsExactly("30 d", "30 d", "30 d");
  }

  private List<String> calm(String pump, int count) {
    List<String> records = new ArrayList<>();
    for (int reading = 0; reading < count; reading++) {
      records.add(record(pump, 10 + (second * 7) % 11));
    }
    return records;
  }

  private String record(String pump, double bar) {
    second++;
    Instant at = START.plusSeconds(second);
    String raw = "{\"pump\":\"%s\",\"bar\":%s,\"at\":%d}".formatted(pump, bar, at.toEpochMilli());
    return LiveJob.record("shard", second, at, raw);
  }

  private static String rule(String id, String rest) {
    return "{\"id\":\"%s\",\"source\":\"pumps\",\"metric\":\"bar\",%s}".formatted(id, rest);
  }
}
