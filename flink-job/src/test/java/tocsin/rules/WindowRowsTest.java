package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When what was added up for windows is told, and under which rule. */
class WindowRowsTest {
  private static final int SUMS = 2;
  private static final int RULES_VERSION = 9;
  private static final int RETIRED = 12;

  private OneInputStreamOperatorTestHarness<Ruled, RowData> task;

  @BeforeEach
  void open() throws Exception {
    task =
        new OneInputStreamOperatorTestHarness<>(new WindowRows(new WindowSlices(10_000, 10_000)));
    task.setup(new RowDataSerializer((RowType) WindowPart.type().getLogicalType()));
    task.open();
  }

  @AfterEach
  void close() throws Exception {
    task.close();
  }

  @Test
  void beforeTheWatermarkGoesOnThatEndsTheWindow() throws Exception {
    Judges judges = new Judges(List.of(judge(1, false)), List.of());
    read(judges, 1_000, false);
    read(judges, 9_000, false);
    task.processWatermark(9_998);
    task.processWatermark(9_999);
    assertThat(told()).containsExactly("watermark 9998", "2 of rules 1", "watermark 9999");
  }

  @Test
  void beforeACheckpointSoThatNothingIsLostWithTheTask() throws Exception {
    Judges judges = new Judges(List.of(judge(1, false)), List.of());
    read(judges, 1_000, false);
    task.prepareSnapshotPreBarrier(1);
    task.prepareSnapshotPreBarrier(2);
    read(judges, 1_000, false);
    read(judges, 1_000, false);
    task.prepareSnapshotPreBarrier(3);
    assertThat(told()).containsExactly("1 of rules 1", "2 of rules 1");
  }

  @Test
  void atTheEndOfTheInput() throws Exception {
    read(new Judges(List.of(judge(1, false)), List.of()), 1_000, false);
    task.processWatermark(Watermark.MAX_WATERMARK);
    assertThat(told()).first().isEqualTo("1 of rules 1");
  }

  @Test
  void underTheRuleAsItWasWhenEachReadingCame() throws Exception {
    Judges first = new Judges(List.of(judge(1, false)), List.of());
    read(first, 1_000, false);
    read(first, 1_001, false);
    read(new Judges(List.of(judge(2, false)), List.of()), 1_002, false);
    read(new Judges(List.of(), List.of(judge(3, true))), 1_003, false);
    task.processWatermark(9_999);
    assertThat(told())
        .containsExactly("2 of rules 1", "1 of rules 2", "1 of rules 3 retired", "watermark 9999");
  }

  @Test
  void exceptForLateReadingsAlsoOfARetiredRule() throws Exception {
    read(new Judges(List.of(judge(1, false)), List.of(judge(1, true))), 1_000, true);
    task.processWatermark(9_999);
    assertThat(told()).containsExactly("watermark 9999");
  }

  private List<String> told() {
    return task.getOutput().stream()
        .map(
            told ->
                told instanceof Watermark watermark
                    ? "watermark " + watermark.getTimestamp()
                    : of((RowData) ((StreamRecord<?>) told).getValue()))
        .toList();
  }

  private static String of(RowData row) {
    return Sums.of(row.getBinary(SUMS)).readings()
        + " of rules "
        + row.getLong(RULES_VERSION)
        + (row.getBoolean(RETIRED) ? " retired" : "");
  }

  private static Judge judge(long rulesVersion, boolean isRetired) throws Exception {
    Rule rule =
        Rule.parse(
            "{\"id\":\"busy\",\"kind\":\"window\",\"source\":\"pumps\",\"metric\":\"bar\","
                + "\"window\":\"tumbling\",\"aggregate\":\"count\",\"high\":1}");
    StringData name = StringData.fromString("bar");
    return new Judge(
        RuleColumns.of(rule, rulesVersion, isRetired), new Subject(name, name, name), null, 128);
  }

  private void read(Judges judges, long timeMs, boolean late) throws Exception {
    Ruled ruled = new Ruled();
    TimestampData time = TimestampData.fromEpochMillis(timeMs);
    ruled.shared = new PackedReading.Shared(new byte[0], 1.0, time, time, late);
    ruled.judges = judges;
    task.processElement(new StreamRecord<>(ruled));
  }
}
