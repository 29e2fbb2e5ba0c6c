package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Readers that wake lose none of the readings that woke them. */
class WakingReaderTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final int WAKES = 6;
  private static final int PUMPS = 20;

  @TempDir Path folder;

  /**
   * Many windows of many pumps end while the tasks still learn that a reader has woken: none of
   * them may go on with its time before the others have its readings.
   */
  @Test
  void noReadingIsLostOfThoseThatWakeTheirReader() throws Exception {
    try (LiveJob job = new LiveJob(folder, BurstingPumps.SOURCES)) {
      job.with("idle_timeout_ms", "1000");
      job.publish(1, BurstingPumps.BURST, BurstingPumps.RUNNING);
      job.start(LiveJob.productSql(), 2, null, false);
      Instant begin = Instant.parse("2026-01-01T00:00:00Z");
      Set<String> all = new TreeSet<>();
      for (int wake = 0; wake < WAKES; wake++) {
        // Readers are idle by then, and nothing has moved time meanwhile.
        Thread.sleep(1_500);
        Instant from = begin.plusSeconds(60L * wake);
        job.put(minuteOf(wake, from));
        job.awaitSaid("running end-%d raised".formatted(wake));
        for (int pump = 0; pump < PUMPS; pump++) {
          all.add("pump-%d-%d 10.0 %s".formatted(wake, pump, from));
        }
      }
      job.await("windows", () -> firstWindows(job).size() >= all.size());
      assertThat(firstWindows(job)).isEqualTo(all);
    }
  }

  /** What was counted in the window in which each pump was raised, and when that began. */
  private static Set<String> firstWindows(LiveJob job) {
    return job.anomalies().stream()
        .filter(row -> row.get("rule_id").equals("burst") && row.get("kind").equals("raised"))
        .map(
            row ->
                "%s %s %s"
                    .formatted(
                        row.get("entity"),
                        row.get("value"),
                        Instant.parse(String.valueOf(row.get("window_start")))))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Every second a reading of each pump, and the last one says that all are read. */
  private static List<String> minuteOf(int wake, Instant from) {
    List<String> records = new ArrayList<>();
    for (int second = 0; second < 60; second++) {
      for (int pump = 0; pump < PUMPS; pump++) {
        Instant at = from.plusSeconds(second);
        String raw =
            "{\"pump\":\"pump-%d-%d\",\"bar\":1,\"at\":%d}"
                .formatted(wake, pump, at.toEpochMilli());
        records.add(LiveJob.record("shard-1", 100L * second + pump, at, raw));
      }
    }
    Instant end = from.plusSeconds(59);
    String raw = "{\"pump\":\"end-%d\",\"bar\":101,\"at\":%d}".formatted(wake, end.toEpochMilli());
    records.add(LiveJob.record("shard-1", 10_000, end, raw));
    return records;
  }
}
