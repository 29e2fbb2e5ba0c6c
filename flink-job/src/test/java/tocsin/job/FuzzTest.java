package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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
  private static final int HUGE_BYTES = 1_000_000;
  private static final long SEED = 20_261_121;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String SOURCES =
      "{\"sources\":[{\"name\":\"pumps\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
          + "\"time\":\"at\",\"metrics\":\"*\"}]}";
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
        mixed.add(bytes(id, at, hostile(random, id, at.toEpochMilli())));
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

  /** One record that no producer should send, or one that looks odd and is sound. */
  private static byte[] hostile(Random random, int id, long atMs) {
    String pump = "\"pump\":\"fuzz-" + id % 7 + "\"";
    String at = "\"at\":" + atMs;
    String sound = "{" + pump + ",\"bar\":" + random.nextInt(50) + "," + at + "}";
    return switch (id % 500 == 0 ? 99 : random.nextInt(22)) {
      case 0 -> utf8(sound.substring(0, random.nextInt(sound.length())));
      case 1 -> utf8("{" + pump + ",\"bar\":\"12\"," + at + "}");
      case 2 -> utf8("{" + pump + ",\"bar\":NaN," + at + "}");
      case 3 -> utf8("{" + pump + ",\"bar\":1e308," + at + "}");
      case 4 -> utf8("{" + pump + ",\"bar\":-1e999," + at + "}");
      case 5 -> utf8("[".repeat(1 + random.nextInt(2_000)));
      case 6 -> utf8("{\"a\":".repeat(1 + random.nextInt(1_500)) + "1");
      case 7 -> sound.getBytes(StandardCharsets.UTF_16LE);
      case 8 -> ("\uFEFF" + sound).getBytes(StandardCharsets.UTF_8);
      case 9 -> "{\"pump\":\"f\u00fc\",\"bar\":1}".getBytes(StandardCharsets.ISO_8859_1);
      case 10 -> utf8("{" + pump + ",\"bar\":1,\"at\":\"0001-01-01T00:00:00Z\"}");
      case 11 -> utf8("{" + pump + ",\"bar\":1,\"at\":\"9999-12-31T23:59:59Z\"}");
      case 12 ->
          utf8("{" + pump + ",\"bar\":1,\"bar\":" + random.nextInt(9) + "," + at + "," + at + "}");
      case 13 -> randomBytes(random);
      case 14 -> utf8(String.valueOf(random.nextLong()));
      case 15 -> utf8("{\"pump\":null,\"bar\":1," + at + "}");
      case 16 -> utf8("{\"pump\":{\"a\":[1]},\"bar\":1," + at + "}");
      case 17 ->
          utf8("{" + pump + ",\"bar\":1,\"at\":" + (random.nextBoolean() ? "true" : "1e400") + "}");
      case 18 -> utf8("{\"fan\":1}");
      case 19 -> new byte[0];
      case 20 -> flipped(random, utf8(sound));
      case 21 ->
          utf8(
              "{"
                  + pump
                  + ",\"bar\":[1,2],\"x\":{\"y\":{\"z\":"
                  + random.nextInt(5)
                  + "}},"
                  + at
                  + "}");
      default ->
          utf8("{" + pump + ",\"bar\":1,\"text\":\"" + "x".repeat(HUGE_BYTES) + "\"," + at + "}");
    };
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] flipped(Random random, byte[] bytes) {
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      // Not in the entity, which must not become that of a good pump.
      bytes[18 + random.nextInt(bytes.length - 18)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
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
