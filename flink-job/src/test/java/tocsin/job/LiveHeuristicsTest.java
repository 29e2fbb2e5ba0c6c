package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every heuristic kind over its life: an alarm opens, survives a restart, and ends with its rule.
 */
class LiveHeuristicsTest {
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
  private static final String[] RULES = {
    rule("held", "\"kind\":\"limits\",\"high\":100,\"min_duration_seconds\":2"),
    rule("long", "\"kind\":\"sustained\",\"high\":100,\"duration_seconds\":2"),
    rule("stuck", "\"kind\":\"flat\",\"readings\":4"),
    rule("jump", "\"kind\":\"rate\",\"per\":\"second\",\"high\":50"),
    rule("creep", "\"kind\":\"drift\",\"warm_up\":20,\"threshold\":5"),
    rule("hour", "\"kind\":\"seasonal\",\"min_samples\":5,\"min_days\":1"),
    rule("gone", "\"kind\":\"missing\",\"expected_seconds\":10,\"factor\":1,\"min_seconds\":1")
  };

  @TempDir Path folder;
  private int second;

  @ParameterizedTest
  @ValueSource(strings = {"hashmap", "rocksdb"})
  void anAlarmSurvivesARestartAndEndsWithItsRule(String backend) throws Exception {
    try (LiveJob job = new LiveJob(folder, SOURCES)) {
      job.configured("state.backend.type", backend).publish(1, RULES);
      job.start(LiveJob.productSql());
      List<String> records = new ArrayList<>();
      for (int calm = 0; calm < 25; calm++) {
        records.add(record("a", 10 + calm % 3));
      }
      records.add(record("quiet", 1));
      // A jump that stays: far up at once, too high for long, and soon without a change.
      for (int high = 0; high < 5; high++) {
        records.add(record("a", 200));
      }
      second += 8;
      records.add(record("a", 200));
      job.put(records);
      String[] raised =
          said("raised", "held a", "long a", "stuck a", "jump a", "creep a", "hour a");
      job.awaitSaid(raised);
      job.awaitSaid("gone quiet raised");
      String savepoint = job.stopWithSavepoint();
      int saidBefore = job.said().size();

      job.start(LiveJob.productSql(), 1, savepoint, false);
      job.put(List.of(record("a", 201)));
      job.await("stuck cleared", () -> job.said().contains("stuck a cleared"));
      job.publish(2, rule("other", "\"kind\":\"limits\",\"high\":1"));
      // Told by a reading that is neither high, nor a change of much, nor at another hour.
      job.await(
          "the new rule",
          () -> {
            try {
              job.put(List.of(record("a", 201)));
            } catch (Exception impossible) {
              throw new IllegalStateException(impossible);
            }
            return job.said().contains("other a raised");
          });
      job.put(List.of(record("quiet", 1), record("late", 1)));
      job.awaitSaid(said("cleared", "held a", "long a", "creep a", "hour a", "gone quiet"));
      List<String> after = job.said().subList(saidBefore, job.said().size());
      assertThat(after).doesNotContain(raised);
      assertThat(after).doesNotContain("gone quiet raised");
    }
  }

  private static String[] said(String kind, String... keys) {
    return Arrays.stream(keys).map(key -> key + " " + kind).toArray(String[]::new);
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
