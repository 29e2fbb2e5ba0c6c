package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readings are added up before they come to a window, and a checkpoint and a restart each end what
 * was added up so far. Nobody can tell by what the windows say.
 */
class WindowSumsTest {
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
          + "\"time\":\"at\",\"metrics\":[\"bar\"],\"out_of_order_ms\":400}]}";
  private static final int BATCHES = 5;
  private static final int READINGS_PER_BATCH = 110;
  private static final int STEP_MS = 130;

  @TempDir Path folder;

  @Test
  void windowsSayTheSameToTheLastBitWhenTheirReadingsAreAddedUpInOtherPieces() throws Exception {
    List<String> undisturbed;
    try (LiveJob job = new LiveJob(folder.resolve("undisturbed"), SOURCES)) {
      job.publish(1, rules());
      job.start(sql());
      for (int batch = 0; batch < BATCHES; batch++) {
        awaitRunning(job, batch);
        job.put(batch(batch));
      }
      undisturbed = allOf(job);
    }
    List<String> disturbed;
    try (LiveJob job = new LiveJob(folder.resolve("disturbed"), SOURCES)) {
      job.configured("execution.checkpointing.interval", "60 ms");
      job.publish(1, rules());
      job.start(sql());
      for (int batch = 0; batch < BATCHES; batch++) {
        awaitRunning(job, batch);
        for (int from = 0; from < READINGS_PER_BATCH; from += READINGS_PER_BATCH / 2) {
          job.put(batch(batch).subList(from, from + READINGS_PER_BATCH / 2));
        }
        if (batch == 2) {
          job.start(sql(), 1, job.stopWithSavepoint(), false);
        }
      }
      disturbed = allOf(job);
    }
    assertThat(disturbed).isEqualTo(undisturbed);
  }

  /** Without the detectors that would say nothing, but take time to start. */
  private static Pipeline.Sql sql() throws Exception {
    Pipeline.Sql all = LiveJob.productSql();
    Set<String> used = Set.of("limits.sql", "window.sql");
    return new Pipeline.Sql(
        all.tables(),
        all.views(),
        all.detectors().stream().filter(file -> used.contains(file.name())).toList());
  }

  /** Records that wait for a job to run may come in any order. */
  private static void awaitRunning(LiveJob job, int batch) throws Exception {
    String pump = "before-" + batch;
    int number = batch * READINGS_PER_BATCH;
    job.put(List.of(record(pump, number, 2e6, (long) number * STEP_MS)));
    job.awaitSaid("running " + pump + " raised");
  }

  /** Alarms whose `recent_values` hold the sums of all windows, once time has passed them. */
  private static List<String> allOf(LiveJob job) throws Exception {
    job.put(List.of(record("pump-0", 0, 1e9, 200_000), record("pump-0", 0, 1e9, 400_000)));
    String[] last =
        List.of("sum", "avg", "stddev").stream()
            .flatMap(name -> List.of("tumbling", "hopping").stream().map(kind -> name + "-" + kind))
            .map(rule -> rule + " pump-0 " + (rule.startsWith("stddev") ? "cleared" : "raised"))
            .toArray(String[]::new);
    job.awaitSaid(last);
    List<String> windows = job.anomalies().stream().map(WindowSumsTest::told).sorted().toList();
    assertThat(windows).hasSizeGreaterThanOrEqualTo(last.length);
    return windows;
  }

  private static String told(Map<String, Object> row) {
    Map<String, Object> sorted = new TreeMap<>(row);
    sorted.put("recent_values", Arrays.toString((Object[]) row.get("recent_values")));
    return sorted.toString();
  }

  /** A pressure in Pa that hardly moves: its squares need all digits that there are. */
  private static List<String> batch(int batch) {
    Random random = new Random(batch);
    List<String> records = new ArrayList<>();
    for (int i = 0; i < READINGS_PER_BATCH; i++) {
      int number = batch * READINGS_PER_BATCH + i;
      // A little out of order, also over the ends of windows.
      long atMs = (long) number * STEP_MS - random.nextInt(300);
      records.add(
          record("pump-0", number, 101_325 + random.nextGaussian() * 0.01, Math.max(0, atMs)));
    }
    return records;
  }

  private static String record(String pump, int number, double bar, long atMs) {
    Instant at = START.plusMillis(atMs);
    String raw = "{\"pump\":\"%s\",\"bar\":%s,\"at\":%d}".formatted(pump, bar, at.toEpochMilli());
    return LiveJob.record("shard", number, at, raw);
  }

  private static String[] rules() {
    List<String> rules = new ArrayList<>();
    rules.add(
        "{\"id\":\"running\",\"kind\":\"limits\",\"source\":\"pumps\","
            + "\"metric\":\"bar\",\"high\":1000000}");
    for (String window : List.of("tumbling", "hopping")) {
      rules.add(rule("sum", window, "\"high\":1e8"));
      rules.add(rule("avg", window, "\"high\":102000"));
      rules.add(rule("stddev", window, "\"high\":1e-6"));
    }
    return rules.toArray(String[]::new);
  }

  private static String rule(String aggregate, String window, String limits) {
    return ("{\"id\":\"%s-%s\",\"kind\":\"window\",\"source\":\"pumps\",\"entity\":\"pump-0\",\"metric\":\"bar\","
            + "\"window\":\"%s\",\"aggregate\":\"%s\",%s}")
        .formatted(aggregate, window, window, aggregate, limits);
  }
}
