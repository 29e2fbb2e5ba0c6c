package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFinalizer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.operators.over.ProcTimeUnboundedPrecedingFunction;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RawType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tocsin.functions.LimitAlarm;
import tocsin.rules.Bookmark;
import tocsin.rules.Series;

/** Our step beside Flink's own, each with an aggregate that tells the last values of a series. */
class SeriesStepTest {
  private static final LogicalType[] ACCUMULATORS = {
    new RawType<>(LimitAlarm.Series.class, AlwaysBeyond.SERIES)
  };

  /** Of half of the series in the tests. */
  private static final long MOST_AT_HAND = 25 * 300;

  private StateBackend backend = new HashMapStateBackend();

  @ParameterizedTest
  @CsvSource({"1,heap", "2,heap", "3,heap", "1,rocksdb", "2,rocksdb", "3,rocksdb"})
  void tellsWhatFlinksOwnTellsThroughSnapshotsAndRestores(long seed, String place)
      throws Exception {
    keepStateIn(place);
    var random = new Random(seed);
    var bookmarks = new Bookmark[50];
    Arrays.setAll(bookmarks, i -> new Bookmark());
    var ours = task(ours(), null);
    var flinks = task(flinks(), null);
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
          ours = task(ours(), snapshot);
          flinks.getOutput().clear();
        }
      }
    }
    assertThat(told(ours)).isEqualTo(told(flinks)).isNotEmpty();
    ours.close();
    flinks.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void itsStateIsThatOfFlinksOwn(String place) throws Exception {
    keepStateIn(place);
    var before = task(flinks(), null);
    before.processElement(new StreamRecord<>(row(1, 10)));
    var ours = task(ours(), before.snapshot(1, 1));
    ours.processElement(new StreamRecord<>(row(1, 20)));
    ours.processElement(new StreamRecord<>(row(1, 30)));
    assertThat(told(ours)).containsExactly("[10.0, 20.0]", "[10.0, 20.0, 30.0]");
    var after = task(flinks(), ours.snapshot(2, 2));
    after.processElement(new StreamRecord<>(row(1, 40)));
    assertThat(told(after)).containsExactly("[10.0, 20.0, 30.0, 40.0]");
    for (var task : List.of(before, ours, after)) {
      task.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void whatARowChangesAfterASnapshotIsInTheNextOne(String place) throws Exception {
    keepStateIn(place);
    var task = task(ours(), null);
    task.processElement(new StreamRecord<>(row(1, 10)));
    OperatorSubtaskState first = task.snapshot(1, 1);
    task.processElement(new StreamRecord<>(row(1, 20)));
    OperatorSubtaskState second = task.snapshot(2, 2);
    task.close();
    for (var snapshot : List.of(first, second)) {
      var restored = task(ours(), snapshot);
      restored.processElement(new StreamRecord<>(row(1, 30)));
      assertThat(told(restored))
          .containsExactly(snapshot == first ? "[10.0, 30.0]" : "[10.0, 20.0, 30.0]");
      restored.close();
    }
  }

  /** As Flink does: it writes a snapshot beside the rows that come after it. */
  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void aSnapshotHoldsWhatWasBeforeItHoweverLateItIsWritten(String place) throws Exception {
    keepStateIn(place);
    var operator = new SeriesStep(step(), 1, MOST_AT_HAND);
    var task = task(operator, null);
    List<RunnableFuture<OperatorSubtaskState>> snapshots = new ArrayList<>();
    for (int round = 1; round <= 3; round++) {
      for (int series = 0; series < 2 * round; series++) {
        task.processElement(new StreamRecord<>(row(series, 10 * round)));
      }
      var begun =
          operator.snapshotState(
              round,
              round,
              CheckpointOptions.forCheckpointWithDefaultLocation(),
              new MemCheckpointStreamFactory(1 << 20));
      snapshots.add(
          new FutureTask<>(
              () -> OperatorSnapshotFinalizer.create(begun).getJobManagerOwnedState()));
    }
    for (int series = 0; series < 6; series++) {
      task.processElement(new StreamRecord<>(row(series, 99)));
    }
    for (var snapshot : snapshots) {
      snapshot.run();
    }
    task.close();
    for (int round = 1; round <= 3; round++) {
      var restored = task(ours(), snapshots.get(round - 1).get());
      restored.processElement(new StreamRecord<>(row(0, 50)));
      restored.processElement(new StreamRecord<>(row(2, 50)));
      String before = "10.0, 20.0, 30.0".substring(0, 6 * round - 2);
      String ofThird = round == 1 ? "" : "20.0, 30.0, ".substring(0, 6 * round - 6);
      assertThat(told(restored)).containsExactly("[" + before + ", 50.0]", "[" + ofThird + "50.0]");
      restored.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void stateThatForgetsIsTakenAsItIs(String place) throws Exception {
    keepStateIn(place);
    var ttl = StateTtlConfig.newBuilder(Duration.ofHours(1)).build();
    var task = task(new SeriesStep(step(ttl), 1, MOST_AT_HAND), null);
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
    var operator = new SeriesStep(step(), 1, MOST_AT_HAND);
    var task = task(operator, null);
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

  private void keepStateIn(String place) {
    if (place.equals("rocksdb")) {
      backend = new EmbeddedRocksDBStateBackend();
    }
  }

  private static OneInputStreamOperator<RowData, RowData> ours() {
    return new SeriesStep(step(), 1, MOST_AT_HAND);
  }

  private static OneInputStreamOperator<RowData, RowData> flinks() {
    return new KeyedProcessOperator<>(step());
  }

  private static ProcTimeUnboundedPrecedingFunction<RowData> step() {
    return step(StateTtlConfig.DISABLED);
  }

  private static ProcTimeUnboundedPrecedingFunction<RowData> step(StateTtlConfig ttl) {
    return new ProcTimeUnboundedPrecedingFunction<>(ttl, new AlwaysBeyond(), ACCUMULATORS);
  }

  private KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> task(
      OneInputStreamOperator<RowData, RowData> operator, OperatorSubtaskState snapshot)
      throws Exception {
    var task =
        new KeyedOneInputStreamOperatorTestHarness<>(
            operator,
            SeriesStepTest::keyOf,
            (InternalTypeInfo<RowData>) InternalTypeInfo.ofFields(new VarBinaryType(16)));
    task.setStateBackend(backend);
    task.setup();
    if (snapshot != null) {
      task.initializeState(snapshot);
    }
    task.open();
    return task;
  }

  private static RowData row(int series, double value) {
    byte[] name = ByteBuffer.allocate(16).putLong(series).putLong(-series).array();
    return GenericRowData.of(value, name);
  }

  private static RowData keyOf(RowData row) {
    return Series.keyOf(row.getBinary(1));
  }

  @SuppressWarnings("unchecked")
  private static List<String> told(
      KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> task) {
    List<String> told = new ArrayList<>();
    for (Object each : task.getOutput()) {
      RowData row = ((StreamRecord<RowData>) each).getValue();
      told.add(Arrays.toString(row.getArray(2 + 5).toDoubleArray()));
    }
    return told;
  }
}
