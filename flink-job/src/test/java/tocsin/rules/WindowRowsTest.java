package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the rules join tells what it has added up for windows, and under which rule. */
class WindowRowsTest {
  private static final int SUMS = 2;
  private static final int RULES_VERSION = 9;
  private static final int RETIRED = 12;
  private static final long PATIENCE_NS = 20_000_000_000L;
  private static final String FIRST = "\"low\":1";
  private static final String LATER = "\"low\":2";

  @TempDir Path folder;

  @BeforeEach
  void publishFirst() throws Exception {
    publish(1, rule(FIRST));
  }

  @Test
  void beforeTheWatermarkGoesOnThatEndsTheWindow() throws Exception {
    try (var task = task(0)) {
      task.open();
      read(task, 1_000);
      read(task, 9_000);
      task.processWatermark(9_998);
      assertThat(rows(task)).isEmpty();
      task.processWatermark(9_999);
      assertThat(rows(task)).containsExactly("2 of rules 1");
    }
  }

  @Test
  void beforeACheckpointSoThatNothingIsLostWithTheTask() throws Exception {
    try (var task = task(0)) {
      task.open();
      read(task, 1_000);
      task.prepareSnapshotPreBarrier(1);
      assertThat(rows(task)).containsExactly("1 of rules 1");
      task.prepareSnapshotPreBarrier(2);
      assertThat(rows(task)).hasSize(1);
    }
  }

  @Test
  void atTheEndOfTheInput() throws Exception {
    try (var task = task(0)) {
      task.open();
      read(task, 1_000);
      task.processWatermark(Watermark.MAX_WATERMARK.getTimestamp());
      assertThat(rows(task)).containsExactly("1 of rules 1");
    }
  }

  @Test
  void whenRulesChangeAndThenByTheNewOnesAndOnceByTheRetiredOne() throws Exception {
    try (var task = task(20)) {
      task.open();
      publish(2, rule(LATER));
      int readBefore = readUntilRows(task, 1) - 1;
      publish(3);
      int readBetween = readUntilRows(task, 2);
      read(task, 2_000);
      task.prepareSnapshotPreBarrier(1);
      assertThat(rows(task))
          .containsExactly(
              readBefore + " of rules 1", readBetween + " of rules 2", "1 of rules 3 retired");
    }
  }

  /** Reads until the task has seen new rules, which it looks for by itself. */
  private static int readUntilRows(
      OneInputStreamOperatorTestHarness<RowData, RowData> task, int rows) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NS;
    int readings = 0;
    while (rows(task).size() < rows) {
      assertThat(System.nanoTime()).as("the task sees the rules").isLessThan(deadline);
      read(task, 1_000);
      readings++;
      Thread.sleep(1);
    }
    return readings;
  }

  private static List<String> rows(OneInputStreamOperatorTestHarness<RowData, RowData> task) {
    var rows = task.getSideOutput(RulesJoin.rowsOf(WindowPart.KIND));
    return rows == null
        ? List.of()
        : rows.stream()
            .map(record -> record.getValue())
            .map(
                row ->
                    Sums.of(row.getBinary(SUMS)).readings()
                        + " of rules "
                        + row.getLong(RULES_VERSION)
                        + (row.getBoolean(RETIRED) ? " retired" : ""))
            .toList();
  }

  private OneInputStreamOperatorTestHarness<RowData, RowData> task(long pollMs) throws Exception {
    var join = new RulesJoin(folder.resolve("rules.json").toUri().toString(), pollMs);
    return new OneInputStreamOperatorTestHarness<>(
        new RulesJoinOperator(join, new WindowSlices(10_000, 10_000)));
  }

  private void publish(int version, String... rules) throws Exception {
    Path next = folder.resolve("next.json");
    Files.writeString(
        next, "{\"version\":" + version + ",\"rules\":[" + String.join(",", rules) + "]}");
    Files.move(
        next,
        folder.resolve("rules.json"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static String rule(String limits) {
    return "{\"id\":\"busy\",\"kind\":\"window\",\"source\":\"pumps\",\"metric\":\"bar\","
        + "\"window\":\"tumbling\",\"aggregate\":\"count\","
        + limits
        + "}";
  }

  private static void read(
      OneInputStreamOperatorTestHarness<RowData, RowData> task, long eventTimeMs) throws Exception {
    task.processElement(
        GenericRowData.of(
            StringData.fromString("readings"),
            StringData.fromString("pumps"),
            StringData.fromString("a"),
            StringData.fromString("bar"),
            1.0,
            TimestampData.fromEpochMillis(eventTimeMs),
            TimestampData.fromEpochMillis(eventTimeMs),
            false,
            null,
            StringData.fromString("shard-1"),
            StringData.fromString("1")),
        eventTimeMs);
  }
}
