package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tocsin.job.JudgedPumps.Judged;

/**
 * A job that starts without a snapshot at an earlier instant reads what was kept since, all at
 * once, and then goes on with what comes: it says the same as one that was there all the time, of
 * the same readings, under the same ids.
 */
class WarmStartTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  private static final String MARKER = "marker";
  private static final int STEPS = 900;
  private static final int BATCHES = 6;
  private static final String[] RULES = {
    rule("new", "\"kind\":\"novelty\""),
    rule("strays", "\"kind\":\"deviation\",\"min_samples\":15,\"multiplier\":3"),
    rule("creeps", "\"kind\":\"drift\",\"warm_up\":100,\"threshold\":8"),
    rule("hourly", "\"kind\":\"seasonal\",\"min_samples\":5,\"min_days\":1"),
    rule("high", "\"kind\":\"limits\",\"high\":18")
  };

  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  @Test
  void aJobThatReadsTheKeptRecordsFirstSaysWhatOneSaysThatWasThereAllTheTime() throws Exception {
    // Whether an old one is late depends on what else a read brings: not so here.
    List<Judged> judged =
        JudgedPumps.judged(STEPS).stream().filter(reading -> !reading.old()).toList();
    List<Judged> before = judged.subList(0, judged.size() * 2 / 3);
    List<Judged> later = judged.subList(before.size(), judged.size());

    Set<String> always;
    try (LiveJob job = job("always")) {
      for (int batch = 0; batch < BATCHES; batch++) {
        put(job, before.subList(start(before, batch), start(before, batch + 1)));
      }
      put(job, later);
      always = saidOf(job);
    }
    Set<String> warmed;
    try (LiveJob job = job("warmed")) {
      put(job, before);
      put(job, later);
      warmed = saidOf(job);
    }
    Set<String> cold;
    try (LiveJob job = job("cold")) {
      put(job, later);
      cold = saidOf(job);
    }

    assertThat(warmed).isEqualTo(always);
    for (String rule : List.of("new", "strays", "creeps", "hourly", "high")) {
      assertThat(warmed).anyMatch(said -> said.startsWith(rule + " "));
    }
    // The memory mattered: without it the same readings give other anomalies.
    Set<String> ofLater = new TreeSet<>(warmed);
    Set<String> numbers = later.stream().map(Judged::sequenceNumber).collect(Collectors.toSet());
    ofLater.removeIf(said -> !numbers.contains(said.substring(said.lastIndexOf(' ') + 1)));
    assertThat(cold).isNotEqualTo(ofLater);
  }

  private static int start(List<Judged> judged, int batch) {
    return judged.size() * batch / BATCHES;
  }

  private LiveJob job(String name) throws Exception {
    LiveJob job = new LiveJob(folder.resolve(name), JudgedPumps.SOURCES);
    job.publish(1, RULES);
    return job.start(LiveJob.productSql());
  }

  /**
   * Puts them and waits until they are read, by a reading of a pump of its own behind them: Flink
   * reads files that it finds at once in any order.
   */
  private static void put(LiveJob job, List<Judged> judged) throws Exception {
    Judged last = judged.get(judged.size() - 1);
    String pump = MARKER + last.sequenceNumber();
    List<String> lines = new ArrayList<>(JudgedPumps.lines(judged));
    lines.add(record(pump, last.at(), 900, 1_000_000 + Long.parseLong(last.sequenceNumber())));
    job.put(lines);
    job.awaitSaid("high " + pump + " raised");
  }

  /** Everything that was said of the pumps, once the detectors have come to the end of all. */
  private static Set<String> saidOf(LiveJob job) throws Exception {
    job.put(markers());
    job.awaitSaid(
        Stream.of("new", "strays", "creeps", "hourly", "high")
            .map(rule -> rule + " " + MARKER + " raised")
            .toArray(String[]::new));
    return job.anomalies().stream()
        .filter(row -> !((String) row.get("entity")).startsWith(MARKER))
        .map(
            row ->
                String.join(
                    " ",
                    List.of("rule_id", "entity", "kind", "anomaly_id", "score", "sequence_number")
                        .stream()
                        .map(name -> String.valueOf(row.get(name)))
                        .toList()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A pump of which every rule that counts readings says something, and after all others. */
  private static List<String> markers() {
    List<String> lines = new ArrayList<>();
    for (int reading = 0; reading < 165; reading++) {
      Instant at = Instant.parse("2026-02-01T00:00:00Z").plusSeconds(reading);
      double bar = reading < 160 ? 5 + reading % 3 : 900;
      lines.add(record(MARKER, at, bar, 2_000_000 + reading));
    }
    return lines;
  }

  private static String record(String pump, Instant at, double bar, long number) {
    String raw = "{\"pump\":\"%s\",\"bar\":%s,\"at\":%d}".formatted(pump, bar, at.toEpochMilli());
    return LiveJob.record("shard", number, at, raw);
  }

  private static String rule(String id, String rest) {
    return "{\"id\":\"%s\",\"source\":\"pumps\",\"metric\":\"bar\",%s}".formatted(id, rest);
  }
}
