package tocsin.job;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.operators.over.ProcTimeUnboundedPrecedingFunction;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RawType;
import org.apache.flink.table.types.logical.VarBinaryType;
import tocsin.functions.LimitAlarm;
import tocsin.rules.Series;

/** Our step and Flink's own, each with an aggregate that tells the newest values of a series. */
final class SeriesSteps {
  private static final LogicalType[] ACCUMULATORS = {
    new RawType<>(LimitAlarm.Series.class, BeyondHigh.SERIES)
  };

  /** Of half of the series in the tests. */
  static final long MOST_AT_HAND = 25 * 300;

  /** Each value is beyond this limit, so that each row has an alarm. */
  static final double BEYOND_ALL = -1;

  private SeriesSteps() {}

  static OneInputStreamOperator<RowData, RowData> ours() {
    return new SeriesStep(step(), 1, MOST_AT_HAND, false);
  }

  static OneInputStreamOperator<RowData, RowData> flinks() {
    return new KeyedProcessOperator<>(step());
  }

  static ProcTimeUnboundedPrecedingFunction<RowData> step() {
    return step(StateTtlConfig.DISABLED, BEYOND_ALL);
  }

  static ProcTimeUnboundedPrecedingFunction<RowData> step(StateTtlConfig ttl, double high) {
    return new ProcTimeUnboundedPrecedingFunction<>(ttl, new BeyondHigh(high), ACCUMULATORS);
  }

  /**
   * @param place heap or rocksdb
   */
  static StateBackend backend(String place) {
    return place.equals("rocksdb") ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
  }

  /**
   * @param snapshot what it begins with, or null
   */
  static KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> task(
      StateBackend backend,
      OneInputStreamOperator<RowData, RowData> operator,
      OperatorSubtaskState snapshot)
      throws Exception {
    var task =
        new KeyedOneInputStreamOperatorTestHarness<>(
            operator,
            SeriesSteps::keyOf,
            (InternalTypeInfo<RowData>) InternalTypeInfo.ofFields(new VarBinaryType(16)));
    task.setStateBackend(backend);
    task.setup();
    if (snapshot != null) {
      task.initializeState(snapshot);
    }
    task.open();
    return task;
  }

  static RowData row(int series, double value) {
    byte[] name = ByteBuffer.allocate(16).putLong(series).putLong(-series).array();
    return GenericRowData.of(value, name);
  }

  private static RowData keyOf(RowData row) {
    return Series.keyOf(row.getBinary(1));
  }

  static List<String> told(KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> task) {
    return rows(task).stream().map(SeriesSteps::values).toList();
  }

  /** The newest values that a row tells. */
  static String values(RowData row) {
    return Arrays.toString(row.getArray(2 + 5).toDoubleArray());
  }

  @SuppressWarnings("unchecked")
  static List<RowData> rows(
      KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> task) {
    return task.getOutput().stream()
        .map(each -> ((StreamRecord<RowData>) each).getValue())
        .toList();
  }
}
