package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Streams that fall silent do not stop the windows. */
class SilenceTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final long IDLE_TIMEOUT_MS = 3_000;

  @TempDir Path folder;

  @Test
  void theLastWindowIsToldAlthoughNothingComesAfterIt() throws Exception {
    try (LiveJob job = new LiveJob(folder, BurstingPumps.SOURCES)) {
      job.with("idle_timeout_ms", String.valueOf(IDLE_TIMEOUT_MS)).with("tumbling_seconds", "3");
      job.publish(1, BurstingPumps.BURST, BurstingPumps.RUNNING);
      // Of the two readers one never has a shard: it must not hold the other back.
      job.start(LiveJob.productSql(), 2, null, false);
      Instant now = Instant.now();
      String hello = "{\"pump\":\"hello\",\"bar\":101,\"at\":%d}".formatted(now.toEpochMilli());
      job.put(List.of(LiveJob.record("shard-hello", 1, now, hello)));
      job.awaitSaid("running hello raised");

      // A loaded machine is slow in everything: how slow is measured and granted, nothing else.
      long latencyMs = latencyMs(job);
      putThree(job, "last", 3_000);
      job.awaitSaid("burst last raised");
      long toldAtMs = System.currentTimeMillis();
      long windowEndMs =
          Instant.parse(String.valueOf(job.anomalies().get(2).get("window_end"))).toEpochMilli();
      System.out.printf(
          "silent stream: window told %d ms after its end, a limit %d ms after its record%n",
          toldAtMs - windowEndMs, latencyMs);
      assertThat(toldAtMs).isGreaterThanOrEqualTo(windowEndMs);
      assertThat(toldAtMs - windowEndMs)
          .isLessThanOrEqualTo(BurstingPumps.BOUND_MS + IDLE_TIMEOUT_MS + 1_000 + 3 * latencyMs);
    }
  }

  /**
   * Each reader's clock moves time for all: what another reader read before must not be late for
   * it.
   */
  @Test
  void noWindowIsLostAlthoughItsReaderIsSilentBeforeItsEnd() throws Exception {
    try (LiveJob job = new LiveJob(folder, BurstingPumps.SOURCES)) {
      job.with("idle_timeout_ms", "300").with("tumbling_seconds", "2");
      job.publish(1, BurstingPumps.BURST, BurstingPumps.RUNNING);
      job.start(LiveJob.productSql(), 2, null, false);
      latencyMs(job);
      List<String> told = new ArrayList<>();
      for (int number = 1; number <= 6; number++) {
        putThree(job, "pump-" + number, 2_000);
        told.add("burst pump-%d raised".formatted(number));
        // Longer than the window: its reader is silent when it ends.
        Thread.sleep(1_500);
      }
      job.awaitSaid(told.toArray(String[]::new));
    }
  }

  @Test
  void noBreachIsLostAlthoughItsReaderIsSilentBetweenItsReadings() throws Exception {
    try (LiveJob job = new LiveJob(folder, BurstingPumps.SOURCES)) {
      job.with("idle_timeout_ms", "300");
      job.publish(
          1,
          "{\"id\":\"long\",\"kind\":\"sustained\",\"source\":\"pumps\",\"metric\":\"bar\","
              + "\"high\":50,\"duration_seconds\":1}",
          BurstingPumps.RUNNING);
      job.start(LiveJob.productSql(), 2, null, false);
      latencyMs(job);
      List<String> told = new ArrayList<>();
      for (int number = 1; number <= 6; number++) {
        String pump = "pump-" + number;
        told.add("long %s raised".formatted(pump));
        for (int reading = 1; reading <= 2; reading++) {
          Instant now = Instant.now();
          String raw = "{\"pump\":\"%s\",\"bar\":60,\"at\":%d}".formatted(pump, now.toEpochMilli());
          job.put(List.of(LiveJob.record("shard-" + pump, reading, now, raw)));
          Thread.sleep(1_500);
        }
      }
      job.awaitSaid(told.toArray(String[]::new));
    }
  }

  /** As after a pause of the whole job: both have old records, and one is sooner at them. */
  @Test
  void noWindowIsLostOfAReaderThatGetsItsFirstRecordsLaterThanAnother() throws Exception {
    try (LiveJob job = new LiveJob(folder, BurstingPumps.SOURCES)) {
      // Longer than a loaded machine takes to read both.
      job.with("idle_timeout_ms", "30000");
      job.publish(1, BurstingPumps.BURST, BurstingPumps.RUNNING);
      job.start(LiveJob.productSql(), 2, null, false);
      job.put(backlog("soon"));
      job.awaitSaid("running soon raised");
      // The reader that had no file waits for the next one, and has long looked at its clock.
      Thread.sleep(500);
      job.put(backlog("later"));
      job.awaitSaid("burst soon raised", "burst later raised");
      // A minute later the clock ends the last window, which alone was never overtaken.
      assertThat(job.anomalies().stream().filter(row -> row.get("rule_id").equals("burst")))
          .extracting(row -> row.get("window_start"))
          .containsExactly("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z");
    }
  }

  /** Three readings in each of the first seconds of the year, the last one out of limits. */
  private static List<String> backlog(String pump) {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    List<String> records = new ArrayList<>();
    for (int number = 0; number <= 90; number++) {
      Instant at = start.plusMillis(333L * number);
      int bar = number == 90 ? 101 : 1;
      String raw = "{\"pump\":\"%s\",\"bar\":%d,\"at\":%d}".formatted(pump, bar, at.toEpochMilli());
      records.add(LiveJob.record("shard-" + pump, number, at, raw));
    }
    return records;
  }

  @Test
  void aSourceThatFallsSilentIsToldOnceAndEachOfItsMetricsByItself() throws Exception {
    try (LiveJob job = new LiveJob(folder, BurstingPumps.SOURCES)) {
      job.with("idle_timeout_ms", String.valueOf(IDLE_TIMEOUT_MS));
      job.publish(
          1,
          "{\"id\":\"silent\",\"kind\":\"silence\",\"source\":\"pumps\",\"expected_seconds\":1,\"min_seconds\":2}",
          "{\"id\":\"gone\",\"kind\":\"missing\",\"source\":\"pumps\",\"metric\":\"*\",\"expected_seconds\":1,\"min_seconds\":4}",
          BurstingPumps.RUNNING);
      job.start(LiveJob.productSql(), 2, null, false);
      // A job that starts reads old records first, and its time waits for more of them.
      latencyMs(job);
      putOne(job, "first", 1);
      putOne(job, "second", 2);
      job.awaitSaid("silent * raised", "gone first raised", "gone second raised");
      assertThat(job.said()).doesNotContain("silent first raised", "silent second raised");

      putOne(job, "second", 3);
      job.awaitSaid("silent * cleared", "gone second cleared");
      assertThat(job.said()).doesNotContain("gone first cleared");
    }
  }

  private static void putOne(LiveJob job, String pump, long number) throws Exception {
    Instant now = Instant.now();
    String raw = "{\"pump\":\"%s\",\"bar\":1,\"at\":%d}".formatted(pump, now.toEpochMilli());
    job.put(List.of(LiveJob.record("shard-1", number, now, raw)));
  }

  /** Time from a record to what a rule without a window says of it. */
  private static long latencyMs(LiveJob job) throws Exception {
    Instant now = Instant.now();
    String pulse = "{\"pump\":\"pulse\",\"bar\":101,\"at\":%d}".formatted(now.toEpochMilli());
    job.put(List.of(LiveJob.record("shard-pulse", 1, now, pulse)));
    job.awaitSaid("running pulse raised");
    return System.currentTimeMillis() - now.toEpochMilli();
  }

  private static void putThree(LiveJob job, String pump, long windowMs) throws Exception {
    // All three in one window: neither begins nor ends close by.
    while (System.currentTimeMillis() % windowMs < 10
        || System.currentTimeMillis() % windowMs > windowMs - 500) {
      Thread.sleep(5);
    }
    Instant now = Instant.now();
    List<String> records = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      String raw =
          "{\"pump\":\"%s\",\"bar\":1,\"at\":%d}".formatted(pump, now.toEpochMilli() - number);
      records.add(LiveJob.record("shard-" + pump, number, now, raw));
    }
    job.put(records);
  }
}
