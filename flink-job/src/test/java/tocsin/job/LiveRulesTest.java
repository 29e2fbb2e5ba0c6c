package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rules that change under a running job, by publication alone. */
class LiveRulesTest {
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

  /** What lib/config/ sets for dev and prod; test/lib/config.test.ts holds them to it. */
  private static final long STAGES_POLL_MS = 15_000;

  private static final String ALL = limit("all", "*", 10);

  @TempDir Path folder;
  private LiveJob job;
  private int second;

  @BeforeEach
  void prepare() throws Exception {
    job = new LiveJob(folder, SOURCES);
  }

  @AfterEach
  void end() throws Exception {
    job.close();
  }

  @Test
  void aJobThatIsStartedBeforeTheRulesWaitsAndJudgesTheFirstReading() throws Exception {
    job.start(LiveJob.productSql());
    put("a", 11);
    Thread.sleep(6_000);
    assertThat(job.said()).isEmpty();
    job.publish(1, ALL);
    job.awaitSaid("all a raised");
    assertThat(job.anomalies().get(0))
        .containsEntry("value", 11.0)
        .containsEntry("rules_version", 1L);
  }

  @Test
  void aDisabledRuleClearsWhatItHasOpenAndLeavesTheRest() throws Exception {
    String deviation =
        "{\"id\":\"unusual\",\"kind\":\"deviation\",\"source\":\"pumps\",\"metric\":\"bar\",\"min_samples\":5}";
    String window =
        "{\"id\":\"window\",\"kind\":\"window\",\"source\":\"pumps\",\"metric\":\"bar\","
            + "\"window\":\"tumbling\",\"aggregate\":\"max\",\"high\":10}";
    job.publish(1, ALL, limit("other", "*", 10), deviation, window);
    job.start(LiveJob.productSql());
    // The first reading waits for the job, so that those after it come in order.
    put("hello", 11);
    job.awaitSaid("all hello raised");
    for (int calm = 0; calm < 8; calm++) {
      put("a", 1 + calm % 2);
    }
    put("a", 50);
    second += 10;
    put("a", 51);
    job.awaitSaid("all a raised", "other a raised", "unusual a raised", "window a raised");

    job.publish(2, disabled(ALL), limit("other", "*", 10), disabled(deviation), disabled(window));
    awaitLook();
    put("a", 52);
    job.awaitSaid("all a cleared", "unusual a cleared");
    second += 10;
    put("b", 1);
    job.awaitSaid("window a cleared");
    put("a", 53);
    put("b", 99);
    job.awaitSaid("other b raised");
    assertThat(job.said().stream().filter(each -> each.endsWith("cleared")))
        .containsExactlyInAnyOrder("all a cleared", "unusual a cleared", "window a cleared");

    job.publish(3, ALL, limit("other", "*", 10));
    awaitLook();
    put("a", 54);
    job.await("raised anew", () -> count("all a raised") == 2);
  }

  @Test
  void aRemovedRuleClearsWhatItHasOpenAfterARestartToo() throws Exception {
    job.publish(1, ALL);
    job.start(LiveJob.productSql());
    put("a", 50);
    job.awaitSaid("all a raised");
    String savepoint = job.stopWithSavepoint();
    job.publish(2);
    job.start(LiveJob.productSql(), 1, savepoint, false);
    // The restored job goes on with the rules of its state until it has seen the published ones.
    for (int reading = 0; reading < 60 && count("all a cleared") == 0; reading++) {
      put("a", 51);
    }
    job.awaitSaid("all a cleared");
    Map<String, Object> cleared = job.anomalies().get(1);
    assertThat(cleared).containsEntry("previous_alarm_type", "High").containsEntry("value", 51.0);
  }

  @Test
  void aRuleForOneEntityTakesOverItsAlarmAndLeavesEveryOtherEntityAlone() throws Exception {
    job.publish(1, ALL);
    job.start(LiveJob.productSql());
    put("a", 50);
    job.awaitSaid("all a raised");
    put("b", 50);
    job.awaitSaid("all b raised");

    job.publish(2, ALL, limit("mine", "a", 40));
    awaitLook();
    put("a", 51);
    put("b", 51);
    job.awaitSaid("all a cleared", "mine a raised");
    put("a", 5);
    put("b", 5);
    job.awaitSaid("mine a cleared", "all b cleared");
    assertThat(job.said())
        .containsExactlyInAnyOrder(
            "all a raised",
            "all b raised",
            "mine a raised",
            "all a cleared",
            "mine a cleared",
            "all b cleared");

    job.publish(3, ALL);
    awaitLook();
    put("a", 20);
    job.await("judged by all again", () -> count("all a raised") == 2);
  }

  @Test
  void aBrokenObjectIsRefusedAndTheLastGoodRulesStay() throws Exception {
    job.publish(1, ALL);
    job.start(LiveJob.productSql());
    put("a", 50);
    job.awaitSaid("all a raised");
    for (String broken :
        List.of("{", "{\"version\":2,\"rules\":[" + ALL.replace("10", "\"ten\"") + "]}")) {
      job.publishText(broken);
      Thread.sleep(300);
    }
    put("b", 50);
    job.awaitSaid("all b raised");
    job.publish(4, limit("all", "*", 60));
    awaitLook();
    put("a", 55);
    job.awaitSaid("all a cleared");
  }

  @Test
  void aJobWhoseFirstRulesAreBrokenWaitsForTheNextOnesAndJudgesTheFirstReading() throws Exception {
    job.publishText("{\"version\":1,\"rules\":[" + ALL.replace("10", "\"ten\"") + "]}");
    job.start(LiveJob.productSql());
    put("a", 11);
    Thread.sleep(3_000);
    assertThat(job.said()).isEmpty();
    job.publish(2, ALL);
    job.awaitSaid("all a raised");
    assertThat(job.anomalies().get(0))
        .containsEntry("value", 11.0)
        .containsEntry("rules_version", 2L);
  }

  /** Without checkpoints, as here, a restart would end the job. */
  @Test
  void aChangeIsInForceWithin30SecondsAtThePauseOfTheStagesAndKeepsTheState() throws Exception {
    job.with("rules_poll_ms", String.valueOf(STAGES_POLL_MS));
    job.publish(1, ALL);
    job.start(LiveJob.productSql());
    put("a", 50);
    job.awaitSaid("all a raised");
    long publishedAtMs = System.currentTimeMillis();
    job.publish(2, limit("all", "*", 60));
    int readings = 0;
    while (count("all a cleared") == 0) {
      put("a", 55);
      assertThat(++readings).as("readings, four a second").isLessThan(140);
    }
    long tookMs = System.currentTimeMillis() - publishedAtMs;
    System.out.println("a rule change was in force after " + tookMs + " ms");
    assertThat(tookMs).isLessThanOrEqualTo(30_000);
    assertThat(job.anomalies())
        .filteredOn("kind", "cleared")
        .singleElement(MAP)
        .containsEntry("previous_alarm_type", "High")
        .containsEntry("rules_version", 2L);
    assertThat(count("all a raised")).isEqualTo(1);
  }

  /** Twenty looks of the job at the published object. */
  private static void awaitLook() throws Exception {
    Thread.sleep(1_000);
  }

  private long count(String word) {
    return job.said().stream().filter(word::equals).count();
  }

  private void put(String pump, double bar) throws Exception {
    second++;
    Instant at = START.plusSeconds(second);
    String raw = "{\"pump\":\"%s\",\"bar\":%s,\"at\":%d}".formatted(pump, bar, at.toEpochMilli());
    List<String> one = new ArrayList<>();
    one.add(LiveJob.record("shard", second, at, raw));
    job.put(one);
  }

  private static String disabled(String rule) {
    return rule.replaceFirst("\\{", "{\"enabled\":false,");
  }

  private static String limit(String id, String entity, int high) {
    return "{\"id\":\"%s\",\"kind\":\"limits\",\"source\":\"pumps\",\"entity\":\"%s\",\"metric\":\"bar\",\"high\":%d}"
        .formatted(id, entity, high);
  }
}
