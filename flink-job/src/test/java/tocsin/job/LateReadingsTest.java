package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is marked late is what no window has. Files go to the readers in turn: the first to one, the
 * second to the other, the third to the first again.
 */
class LateReadingsTest {
  private static final InMemoryReporter METRICS = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(METRICS.addToConfiguration(new Configuration()))
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  @Test
  void aReaderThatWakesBehindTheOthersTimeHasItsReadingsMarked() throws Exception {
    try (LiveJob job = new LiveJob(folder, BurstingPumps.SOURCES)) {
      job.with("idle_timeout_ms", "300");
      job.publish(1, BurstingPumps.BURST, BurstingPumps.RUNNING);
      job.start(LiveJob.productSql(), 2, null, false);
      List<String> records = new ArrayList<>(burst("ahead", 300));
      records.addAll(burst("further", 360));
      job.put(records);
      // It is told once the reader without a file holds time back no longer.
      job.awaitSaid("burst ahead raised");
      job.put(burst("behind", 0));
      job.put(burst("behind-too", 0));
      job.awaitSaid("running behind raised", "running behind-too raised");
      assertThat(isLate(job, "behind")).isTrue();
      assertThat(isLate(job, "behind-too")).isTrue();
      assertThat(isLate(job, "further")).isFalse();
    }
  }

  @Test
  void aShardBehindItsOwnReaderIsNotLateWhileAnotherReaderKeepsItsWindowOpen() throws Exception {
    try (LiveJob job = new LiveJob(folder, BurstingPumps.SOURCES)) {
      job.publish(1, BurstingPumps.BURST, BurstingPumps.RUNNING);
      job.start(LiveJob.productSql(), 2, null, false);
      putAndAwait(job, "ahead", 300);
      putAndAwait(job, "slow", 0);
      putAndAwait(job, "between", 60);
      assertThat(isLate(job, "between")).isFalse();
      // Both readers come so far that the windows end.
      putAndAwait(job, "slow", 600);
      putAndAwait(job, "ahead", 600);
      putAndAwait(job, "slow", 660);
      putAndAwait(job, "between", 660);
      job.awaitSaid("burst between raised");
      assertThat(job.anomalies())
          .filteredOn(row -> row.get("rule_id").equals("burst"))
          .filteredOn(row -> row.get("entity").equals("between"))
          .first()
          .extracting(row -> row.get("window_start"))
          .isEqualTo("2026-01-01T00:01:00.000Z");
    }
  }

  @Test
  void aReadingOfAWindowThatEndedBeforeARestartIsMarked() throws Exception {
    try (LiveJob job = new LiveJob(folder, BurstingPumps.SOURCES)) {
      job.publish(1, BurstingPumps.BURST, BurstingPumps.RUNNING);
      job.start(LiveJob.productSql());
      putAndAwait(job, "before", 0);
      putAndAwait(job, "before", 60);
      job.awaitSaid("burst before raised");
      String savepoint = job.stopWithSavepoint();
      job.start(LiveJob.productSql(), 1, savepoint, false);
      job.put(burst("after", 0));
      job.put(burst("in-time", 90));
      job.awaitSaid("running after raised", "running in-time raised");
      assertThat(isLate(job, "after")).isTrue();
      assertThat(isLate(job, "in-time")).isFalse();
    }
  }

  /** Of every operator that has run until now: windows, patterns and ordered rows alike. */
  @AfterEach
  void nothingWasDroppedThatIsNotMarked() {
    List<Long> dropped =
        METRICS.getMetricsByGroup().values().stream()
            .map(metrics -> metrics.get("numLateRecordsDropped"))
            .filter(Objects::nonNull)
            .map(metric -> ((Counter) metric).getCount())
            .toList();
    assertThat(dropped).isNotEmpty().containsOnly(0L);
  }

  private static void putAndAwait(LiveJob job, String pump, int second) throws Exception {
    long before = timesRaised(job, pump);
    job.put(burst(pump, second));
    job.await(pump, () -> timesRaised(job, pump) == before + 2);
  }

  private static long timesRaised(LiveJob job, String pump) {
    return job.said().stream().filter(("running " + pump + " raised")::equals).count();
  }

  /** Four readings of one second, out of limits; the shard has the pump's name. */
  private static List<String> burst(String pump, int second) {
    return IntStream.range(0, 4)
        .mapToObj(
            number -> {
              Instant at = START.plusSeconds(second).plusMillis(number);
              String raw =
                  "{\"pump\":\"%s\",\"bar\":%d,\"at\":%d}"
                      .formatted(pump, 101 - 90 * (number % 2), at.toEpochMilli());
              return LiveJob.record("shard-" + pump, 10L * second + number, at, raw);
            })
        .toList();
  }

  /** What the first word of a limit about the pump says. */
  private static boolean isLate(LiveJob job, String pump) {
    return job.anomalies().stream()
        .filter(row -> row.get("rule_id").equals("running") && row.get("entity").equals(pump))
        .map(row -> (boolean) row.get("late"))
        .findFirst()
        .orElseThrow();
  }
}
