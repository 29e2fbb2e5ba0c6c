package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;
import static tocsin.job.SeriesSteps.BEYOND_ALL;
import static tocsin.job.SeriesSteps.MOST_AT_HAND;
import static tocsin.job.SeriesSteps.backend;
import static tocsin.job.SeriesSteps.flinks;
import static tocsin.job.SeriesSteps.ours;
import static tocsin.job.SeriesSteps.row;
import static tocsin.job.SeriesSteps.rows;
import static tocsin.job.SeriesSteps.step;
import static tocsin.job.SeriesSteps.task;
import static tocsin.job.SeriesSteps.told;
import static tocsin.job.SeriesSteps.values;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tocsin.rules.Bookmark;

/** Our step beside Flink's own, each with an aggregate that tells the last values of a series. */
class SeriesStepTest {
  private StateBackend backend = backend("heap");

  @ParameterizedTest
  @CsvSource({"1,heap", "2,heap", "3,heap", "1,rocksdb", "2,rocksdb", "3,rocksdb"})
  void tellsWhatFlinksOwnTellsThroughSnapshotsAndRestores(long seed, String place)
      throws Exception {
    backend = backend(place);
    var random = new Random(seed);
    var bookmarks = new Bookmark[50];
    Arrays.setAll(bookmarks, i -> new Bookmark());
    var ours = task(backend, ours(), null);
    var flinks = task(backend, flinks(), null);
    for (int i = 0; i < 5_000; i++) {
      int series = random.nextInt(50);
      RowData row = row(series, i);
      boolean isOfRow = random.nextInt(3) > 0;
      Bookmark.Passing.ofThisTask().set(bookmarks[isOfRow ? series : random.nextInt(50)]);
      ours.processElement(new StreamRecord<>(row));
      flinks.processElement(new StreamRecord<>(row));
      if (random.nextInt(100) == 0) {
        OperatorSubtaskState snapshot = ours.snapshot(i, i);
        if (random.nextInt(5) == 0) {
          assertThat(told(ours)).isEqualTo(told(flinks)).isNotEmpty();
          ours.close();
          ours = task(backend, ours(), snapshot);
          flinks.getOutput().clear();
        }
      }
    }
    assertThat(told(ours)).isEqualTo(told(flinks)).isNotEmpty();
    ours.close();
    flinks.close();
  }

  @Test
  void whereOnlyAlarmsAreTakenItTellsNearlyNothingElse() throws Exception {
    var random = new Random(1);
    var step = step(StateTtlConfig.DISABLED, 800);
    var ours = task(backend, new SeriesStep(step, 1, MOST_AT_HAND, true), null);
    var flinks = task(backend, new KeyedProcessOperator<>(step), null);
    for (int i = 0; i < 5_000; i++) {
      RowData row = row(random.nextInt(20), random.nextInt(1_000));
      ours.processElement(new StreamRecord<>(row));
      flinks.processElement(new StreamRecord<>(row));
    }
    assertThat(alarms(ours)).isEqualTo(alarms(flinks)).hasSizeBetween(1_000, 3_000);
    // The first row of a series and those after its object was written go through Flink's state.
    assertThat(ours.getOutput().size() - alarms(ours).size()).isLessThan(500);
    assertThat(flinks.getOutput()).hasSize(5_000);
    ours.close();
    flinks.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void stateThatForgetsIsTakenAsItIs(String place) throws Exception {
    backend = backend(place);
    var ttl = StateTtlConfig.newBuilder(Duration.ofHours(1)).build();
    var task = task(backend, new SeriesStep(step(ttl, BEYOND_ALL), 1, MOST_AT_HAND, false), null);
    task.setStateTtlProcessingTime(0);
    task.processElement(new StreamRecord<>(row(1, 10)));
    task.processElement(new StreamRecord<>(row(1, 20)));
    task.setStateTtlProcessingTime(Duration.ofHours(2).toMillis());
    task.processElement(new StreamRecord<>(row(1, 30)));
    assertThat(told(task)).containsExactly("[10.0]", "[10.0, 20.0]", "[30.0]");
    task.close();
  }

  @Test
  void keepsNoMoreObjectsThanItMay() throws Exception {
    var operator = new SeriesStep(step(), 1, MOST_AT_HAND, false);
    var task = task(backend, operator, null);
    List<Long> kept = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      task.processElement(new StreamRecord<>(row(i, i)));
      kept.add(operator.atHand());
    }
    assertThat(kept)
        .anyMatch(bytes -> bytes > MOST_AT_HAND / 2)
        .allMatch(bytes -> bytes < 2 * MOST_AT_HAND);
    task.close();
  }

  /** Of the rows with an alarm after or before them: those two and the newest values. */
  private static List<String> alarms(
      KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> task) {
    List<String> alarms = new ArrayList<>();
    for (RowData row : rows(task)) {
      if (row.getInt(2) > 0 || row.getInt(3) > 0) {
        alarms.add(row.getInt(2) + " " + row.getInt(3) + " " + values(row));
      }
    }
    return alarms;
  }
}
