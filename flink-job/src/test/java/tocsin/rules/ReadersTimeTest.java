package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tocsin.functions.Unpacked;

/** Which readings the rules join calls late: those behind the watermark that it has sent on. */
class ReadersTimeTest {
  private static final int LATE = 5;
  private static final int PACKED_READING = 6;
  private static final Unpacked READING = new Unpacked(RuledReading.readingType());

  @TempDir Path folder;

  private final List<Boolean> late = new ArrayList<>();

  @BeforeEach
  void publish() throws Exception {
    Files.writeString(
        folder.resolve("rules.json"),
        "{\"version\":1,\"rules\":[{\"id\":\"busy\",\"kind\":\"limits\",\"source\":\"pumps\","
            + "\"metric\":\"bar\",\"high\":2}]}");
  }

  @Test
  void aReadingAtTheWatermarkIsLateAndOneAfterItIsNot() throws Exception {
    try (var task = task(1, 0)) {
      task.open();
      read(task, 1_000);
      task.processWatermark(2_000);
      read(task, 1_999);
      read(task, 2_000);
      read(task, 2_001);
      assertThat(late).containsExactly(false, true, true, false);
    }
  }

  @Test
  void aRestoredTaskKnowsWhatWasOverBeforeItsFirstWatermark() throws Exception {
    OperatorSubtaskState saved = savedAt(2_000, 1, 0);
    try (var task = task(1, 0)) {
      task.initializeState(saved);
      task.open();
      read(task, 2_000);
      read(task, 2_001);
      task.processWatermark(1_500);
      read(task, 2_000);
      assertThat(late).containsExactly(true, false, true);
    }
  }

  @Test
  void restoredTasksGoOnFromTheSlowestAsTheWindowsDo() throws Exception {
    OperatorSubtaskState all =
        AbstractStreamOperatorTestHarness.repackageState(
            savedAt(2_000, 2, 0), savedAt(3_000, 2, 1));
    try (var task = task(1, 0)) {
      task.initializeState(all);
      task.open();
      read(task, 2_000);
      read(task, 2_001);
      assertThat(late).containsExactly(true, false);
    }
  }

  @Test
  void theEndOfAnInputIsNotTheEndOfThoseAfterARestore() throws Exception {
    OperatorSubtaskState saved = savedAt(Long.MAX_VALUE, 1, 0);
    try (var task = task(1, 0)) {
      task.initializeState(saved);
      task.open();
      read(task, 1_000);
      assertThat(late).containsExactly(false);
    }
  }

  private OperatorSubtaskState savedAt(long watermarkMs, int tasks, int index) throws Exception {
    try (var task = task(tasks, index)) {
      task.open();
      task.processWatermark(watermarkMs);
      return task.snapshot(1, 1);
    }
  }

  private OneInputStreamOperatorTestHarness<RowData, Ruled> task(int tasks, int index)
      throws Exception {
    var join = new RulesJoin(folder.resolve("rules.json").toUri().toString(), 0);
    var task =
        new OneInputStreamOperatorTestHarness<>(new RulesJoinOperator(join), tasks, tasks, index);
    task.setup(new RuledType.Serializer());
    return task;
  }

  private void read(OneInputStreamOperatorTestHarness<RowData, Ruled> task, long eventTimeMs)
      throws Exception {
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
    late.add(isLate(task.getOutput()));
  }

  /** What the row of the newest reading says, and the reading in it. */
  private static boolean isLate(Queue<Object> output) {
    Object newest = null;
    for (Object each : output) {
      newest = each;
    }
    var ruled = (Ruled) ((StreamRecord<?>) newest).getValue();
    RowData row = ruled.judges.current()[0].rowOf(ruled);
    boolean late = row.getBoolean(LATE);
    RowData reading = READING.eval(row.getBinary(PACKED_READING));
    assertThat(reading.getBoolean(RuledReading.LATE)).isEqualTo(late);
    return late;
  }
}
