package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tocsin.connector.kinesis.sink.SinkEntries;

/** Ten thousand hostile records among good ones, through the whole job. */
class FuzzTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  private static final int HOSTILE = 10_000;
  private static final int GOOD = 2_000;

  /** Of a row as the sink writes it; it ends the job at a mebibyte. */
  private static final long MOST_BYTES = 250_000;

  private static final long SEED = 20_261_121;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String SOURCES =
      "{\"sources\":[{\"name\":\"pumps\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
          + "\"time\":\"at\",\"metrics\":\"*\",\"labels\":[\"text\"]}]}";
  private static final SqlFolder.SqlFile READ =
      file(
          "read.sql",
          "CREATE TEMPORARY TABLE read_numbers (sequence_number STRING)"
              + " WITH ('connector' = 'collect', 'run' = '${run}');");
  private static final SqlFolder.SqlFile COUNT =
      file(
          "count.sql",
          "INSERT INTO read_numbers SELECT reading.sequence_number"
              + " FROM (SELECT READING(packed_reading) AS reading FROM limits_rows);");

  @TempDir Path folder;

  @Test
  void everyRecordIsReadOrRejectedAndTheGoodOnesAreJudgedAsWithoutTheOthers() throws Exception {
    List<String> good = new ArrayList<>();
    List<String> mixed = new ArrayList<>();
    Random random = new Random(SEED);
    Random values = new Random(SEED + 1);
    for (int number = 0; number < GOOD; number++) {
      Instant at = START.plusSeconds(number / 4);
      String raw =
          "{\"pump\":\"good-%d\",\"bar\":%s,\"at\":%d}"
              .formatted(
                  number % 4,
                  10 + values.nextInt(3) + (values.nextInt(30) == 0 ? 200 : 0),
                  at.toEpochMilli());
      String line = LiveJob.record("shard", number, at, raw);
      good.add(line);
      mixed.add(line);
      for (int hostile = 0; hostile < HOSTILE / GOOD; hostile++) {
        int id = GOOD + number * (HOSTILE / GOOD) + hostile;
        mixed.add(bytes(id, at, HostileRecords.next(random, id, at.toEpochMilli())));
      }
    }
    Run alone = run("alone", good);
    Run among = run("among", mixed);

    Set<String> all = new HashSet<>();
    for (int number = 0; number < GOOD + HOSTILE; number++) {
      all.add(String.valueOf(number));
    }
    Set<String> accounted = new HashSet<>(among.read);
    accounted.addAll(among.rejected);
    assertThat(accounted).isEqualTo(all);
    assertThat(among.rejected).doesNotHaveDuplicates();
    assertThat(among.read).doesNotContainAnyElementsOf(among.rejected);
    assertThat(among.reasons.keySet())
        .contains("not_json", "not_an_object", "no_source", "no_entity", "unreadable_time")
        .contains("no_metric", "future")
        .doesNotContain("null");
    assertThat(alone.said).isNotEmpty();
    assertThat(among.said).isEqualTo(alone.said);
    System.out.println(
        "fuzz: %d records, %d read, %d rejected %s; %d transitions of the good ones, all as without"
            .formatted(
                GOOD + HOSTILE,
                among.read.size(),
                among.rejected.size(),
                among.reasons,
                among.said.size()));
  }

  private static String bytes(int number, Instant at, byte[] data) {
    return LiveJob.record("shard", number, at, "")
        .replace(
            "\"raw\":\"\"", "\"raw_base64\":\"" + Base64.getEncoder().encodeToString(data) + "\"");
  }

  private Run run(String name, List<String> records) throws Exception {
    try (LiveJob job = new LiveJob(folder.resolve(name), SOURCES)) {
      job.with("rules_poll_ms", "0");
      job.publish(
          1,
          rule("limit", "\"kind\":\"limits\",\"high\":100"),
          rule("unusual", "\"kind\":\"deviation\",\"min_samples\":10"),
          rule(
              "count",
              "\"kind\":\"window\",\"window\":\"tumbling\",\"aggregate\":\"sum\",\"high\":120"));
      job.put(records);
      job.start(sql()).awaitEnd();
      for (Map<String, Object> row : job.rows("rejects")) {
        assertThat(SinkEntries.sizeOf(row)).isLessThan(MOST_BYTES);
      }
      for (Map<String, Object> row : job.anomalies()) {
        assertThat(SinkEntries.sizeOf(row)).isLessThan(MOST_BYTES);
      }
      Map<String, Integer> reasons = new TreeMap<>();
      job.rows("rejects")
          .forEach(row -> reasons.merge(String.valueOf(row.get("reason")), 1, Integer::sum));
      return new Run(
          job.rows("read_numbers").stream()
              .map(row -> String.valueOf(row.get("sequence_number")))
              .collect(Collectors.toSet()),
          job.rows("rejects").stream()
              .map(row -> String.valueOf(row.get("sequence_number")))
              .toList(),
          reasons,
          job.anomalies().stream()
              .filter(row -> String.valueOf(row.get("entity")).startsWith("good-"))
              .map(
                  row ->
                      row.get("anomaly_id") + " " + row.get("alarm_type") + " " + row.get("value"))
              .collect(Collectors.toSet()));
    }
  }

  /** The product's job on a folder that is read once, and a count of what was read. */
  private static Pipeline.Sql sql() throws Exception {
    Pipeline.Sql product = LiveJob.productSql();
    List<SqlFolder.SqlFile> tables = new ArrayList<>();
    for (SqlFolder.SqlFile table : product.tables()) {
      boolean records = table.name().equals("records.sql");
      tables.add(records ? bounded() : table);
    }
    tables.add(READ);
    List<SqlFolder.SqlFile> detectors = new ArrayList<>(product.detectors());
    detectors.add(COUNT);
    return new Pipeline.Sql(tables, product.views(), detectors);
  }

  private static SqlFolder.SqlFile bounded() throws Exception {
    Path bounded = Path.of("src/test/resources/tables/records.sql");
    return file("records.sql", java.nio.file.Files.readString(bounded));
  }

  private static SqlFolder.SqlFile file(String name, String text) {
    return new SqlFolder.SqlFile(name, new SqlText(name, text));
  }

  private static String rule(String id, String rest) {
    return "{\"id\":\"%s\",\"source\":\"pumps\",\"metric\":\"*\",%s}".formatted(id, rest);
  }

  private record Run(
      Set<String> read, List<String> rejected, Map<String, Integer> reasons, Set<String> said) {}
}
