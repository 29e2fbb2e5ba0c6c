package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;
import static tocsin.job.SeriesSteps.MOST_AT_HAND;
import static tocsin.job.SeriesSteps.backend;
import static tocsin.job.SeriesSteps.flinks;
import static tocsin.job.SeriesSteps.ours;
import static tocsin.job.SeriesSteps.row;
import static tocsin.job.SeriesSteps.step;
import static tocsin.job.SeriesSteps.task;
import static tocsin.job.SeriesSteps.told;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFinalizer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State of our step: written as Flink's own writes it, and whole at each snapshot. */
class SeriesStepStateTest {
  private StateBackend backend = backend("heap");

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void itsStateIsThatOfFlinksOwn(String place) throws Exception {
    backend = backend(place);
    var before = task(backend, flinks(), null);
    before.processElement(new StreamRecord<>(row(1, 10)));
    var ours = task(backend, ours(), before.snapshot(1, 1));
    ours.processElement(new StreamRecord<>(row(1, 20)));
    ours.processElement(new StreamRecord<>(row(1, 30)));
    assertThat(told(ours)).containsExactly("[10.0, 20.0]", "[10.0, 20.0, 30.0]");
    var after = task(backend, flinks(), ours.snapshot(2, 2));
    after.processElement(new StreamRecord<>(row(1, 40)));
    assertThat(told(after)).containsExactly("[10.0, 20.0, 30.0, 40.0]");
    for (var task : List.of(before, ours, after)) {
      task.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void whatARowChangesAfterASnapshotIsInTheNextOne(String place) throws Exception {
    backend = backend(place);
    var task = task(backend, ours(), null);
    task.processElement(new StreamRecord<>(row(1, 10)));
    OperatorSubtaskState first = task.snapshot(1, 1);
    task.processElement(new StreamRecord<>(row(1, 20)));
    OperatorSubtaskState second = task.snapshot(2, 2);
    task.close();
    for (var snapshot : List.of(first, second)) {
      var restored = task(backend, ours(), snapshot);
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
    backend = backend(place);
    var operator = new SeriesStep(step(), 1, MOST_AT_HAND, false);
    var task = task(backend, operator, null);
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
      var restored = task(backend, ours(), snapshots.get(round - 1).get());
      restored.processElement(new StreamRecord<>(row(0, 50)));
      restored.processElement(new StreamRecord<>(row(2, 50)));
      String before = "10.0, 20.0, 30.0".substring(0, 6 * round - 2);
      String ofThird = round == 1 ? "" : "20.0, 30.0, ".substring(0, 6 * round - 6);
      assertThat(told(restored)).containsExactly("[" + before + ", 50.0]", "[" + ofThird + "50.0]");
      restored.close();
    }
  }
}
