package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRawValueData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.runtime.dataview.StateDataViewStore;
import org.apache.flink.table.runtime.generated.AggsHandleFunction;
import org.apache.flink.table.runtime.generated.GeneratedAggsHandleFunction;
import org.apache.flink.table.runtime.operators.over.ProcTimeUnboundedPrecedingFunction;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RawType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tocsin.functions.LimitAlarm;

/** Our step beside Flink's own, each with an aggregate that tells the last values of a series. */
class SeriesStepTest {
  private static final LimitAlarm.Serializer SERIES = new LimitAlarm.Serializer();
  private static final TimestampData TIME = TimestampData.fromEpochMillis(0);
  private static final LogicalType[] ACCUMULATORS = {
    new RawType<>(LimitAlarm.Series.class, SERIES)
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void tellsWhatFlinksOwnTellsThroughSnapshotsAndRestores(long seed) throws Exception {
    var random = new Random(seed);
    var ours = task(ours(), null);
    var flinks = task(flinks(), null);
    for (int i = 0; i < 5_000; i++) {
      RowData row = row(random.nextInt(50), i);
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

  @Test
  void itsStateIsThatOfFlinksOwn() throws Exception {
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

  @Test
  void whatARowChangesAfterASnapshotIsInTheNextOne() throws Exception {
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

  private static OneInputStreamOperator<RowData, RowData> ours() {
    return new SeriesStep(step(), 1);
  }

  private static OneInputStreamOperator<RowData, RowData> flinks() {
    return new KeyedProcessOperator<>(step());
  }

  private static ProcTimeUnboundedPrecedingFunction<RowData> step() {
    return new ProcTimeUnboundedPrecedingFunction<>(
        StateTtlConfig.DISABLED, new AlwaysBeyond(), ACCUMULATORS);
  }

  private static KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> task(
      OneInputStreamOperator<RowData, RowData> operator, OperatorSubtaskState snapshot)
      throws Exception {
    var task =
        new KeyedOneInputStreamOperatorTestHarness<>(
            operator,
            SeriesStepTest::keyOf,
            (InternalTypeInfo<RowData>) InternalTypeInfo.ofFields(new VarBinaryType(16)));
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
    BinaryRowData key = new BinaryRowData(1);
    BinaryRowWriter writer = new BinaryRowWriter(key);
    writer.writeBinary(0, row.getBinary(1));
    writer.complete();
    return key;
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

  /** As Flink writes it for {@code LIMIT_ALARM} with a limit that each value is beyond. */
  private static final class AlwaysBeyond extends GeneratedAggsHandleFunction {
    private static final long serialVersionUID = 1;

    AlwaysBeyond() {
      super("AlwaysBeyond", "", new Object[0], new Configuration());
    }

    @Override
    public AggsHandleFunction newInstance(ClassLoader loader) {
      return new Handler();
    }
  }

  private static final class Handler implements AggsHandleFunction {
    private final LimitAlarm function = new LimitAlarm();
    private LimitAlarm.Series series;

    @Override
    public void open(StateDataViewStore store) {}

    @Override
    public void accumulate(RowData row) {
      function.accumulate(
          series, row.getDouble(0), TIME, false, null, null, -1.0, null, 0, 0, false, 0);
    }

    @Override
    public void setAccumulators(RowData row) {
      series = row.<LimitAlarm.Series>getRawValue(0).toObject(SERIES);
    }

    @Override
    public RowData getAccumulators() {
      return GenericRowData.of(BinaryRawValueData.fromObject(series));
    }

    @Override
    public RowData createAccumulators() {
      return GenericRowData.of(BinaryRawValueData.fromObject(function.createAccumulator()));
    }

    @Override
    public RowData getValue() {
      return function.getValue(series);
    }

    @Override
    public void retract(RowData row) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void merge(RowData row) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void resetAccumulators() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setWindowSize(int size) {}

    @Override
    public void cleanup() {}

    @Override
    public void close() {}
  }
}
