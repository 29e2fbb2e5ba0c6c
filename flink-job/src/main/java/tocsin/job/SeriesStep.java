package tocsin.job;

import java.lang.reflect.Field;
import java.util.List;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractUdfStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRawValueData;
import org.apache.flink.table.data.utils.JoinedRowData;
import org.apache.flink.table.runtime.dataview.PerKeyStateDataViewStore;
import org.apache.flink.table.runtime.generated.AggsHandleFunction;
import org.apache.flink.table.runtime.generated.GeneratedAggsHandleFunction;
import org.apache.flink.table.runtime.operators.over.ProcTimeUnboundedPrecedingFunction;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RawType;
import tocsin.functions.AlarmState;

/**
 * Does what Flink's own step of {@code OVER (PARTITION BY series ORDER BY proc_time)} does, with
 * the same state, for an aggregate that changes one object of ours. Flink makes a key of each row,
 * goes by it through its state, and puts a new row around the same object back: some ten waits for
 * memory where there are many series, and old objects that point to new ones, which are work for
 * the garbage collector. Here Flink's state is asked for a series once after each snapshot; from
 * then on the object that it holds is found by the bytes of {@code series}.
 *
 * <p>That is sound because of what a snapshot does to state that lives as objects on the heap: it
 * may make bytes of an object, and later snapshots would take those; and while it writes, whoever
 * asks for an object is given a copy. So nothing found before it is used after it. Elsewhere, as in
 * RocksDB, each row goes through Flink's state.
 */
final class SeriesStep extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1;
  private static final String HEAP_STATE = "org.apache.flink.runtime.state.heap.HeapValueState";

  private final StateTtlConfig ttl;
  private final GeneratedAggsHandleFunction generated;
  private final LogicalType[] accumulators;

  /** Which column is {@code series}. */
  private final int seriesAt;

  private transient AggsHandleFunction aggregate;
  private transient ValueState<RowData> state;

  /** The objects that the state has held since the last snapshot; null where it holds none. */
  private transient SeriesMap found;

  SeriesStep(ProcTimeUnboundedPrecedingFunction<?> step, int seriesAt) {
    this.ttl = (StateTtlConfig) fieldOf(step, "ttlConfig");
    this.generated = (GeneratedAggsHandleFunction) fieldOf(step, "genAggsHandler");
    this.accumulators = (LogicalType[]) fieldOf(step, "accTypes");
    this.seriesAt = seriesAt;
  }

  /**
   * Takes the place of Flink's step in that node, where it is one of an object of ours.
   *
   * @param columns of the rows that the node is given, or null where they are not known
   */
  static void use(StreamNode node, List<String> columns) {
    if (node.getOperatorFactory() instanceof SimpleOperatorFactory<?> factory
        && factory.getOperator() instanceof AbstractUdfStreamOperator<?, ?> operator
        && operator.getUserFunction() instanceof ProcTimeUnboundedPrecedingFunction<?> step
        && isOfOneAlarm((LogicalType[]) fieldOf(step, "accTypes"))) {
      if (columns == null || !columns.contains("series")) {
        throw new IllegalStateException("no column series in " + node.getOperatorDescription());
      }
      node.setOperatorFactory(
          SimpleOperatorFactory.of(new SeriesStep(step, columns.indexOf("series"))));
    }
  }

  private static boolean isOfOneAlarm(LogicalType[] accumulators) {
    return accumulators.length == 1
        && accumulators[0] instanceof RawType<?> raw
        && AlarmState.class.isAssignableFrom(raw.getOriginatingClass());
  }

  @Override
  public void open() throws Exception {
    super.open();
    aggregate = generated.newInstance(getUserCodeClassloader());
    aggregate.open(new PerKeyStateDataViewStore(getRuntimeContext()));
    var described =
        new ValueStateDescriptor<RowData>("accState", InternalTypeInfo.ofFields(accumulators));
    if (ttl.isEnabled()) {
      described.enableTimeToLive(ttl);
    }
    state = getRuntimeContext().getState(described);
    found = state.getClass().getName().equals(HEAP_STATE) ? new SeriesMap() : null;
  }

  /** Not for each row: {@link #throughState} does it. */
  @Override
  public void setKeyContextElement(StreamRecord<RowData> element) {}

  @Override
  public void processElement(StreamRecord<RowData> element) throws Exception {
    RowData row = element.getValue();
    AlarmState known = found == null ? null : found.get(row.getBinary(seriesAt));
    if (known == null) {
      throughState(element);
    } else {
      aggregate.setAccumulators(GenericRowData.of(BinaryRawValueData.fromObject(known)));
      aggregate.accumulate(row);
    }
    output.collect(element.replace(new JoinedRowData(row.getRowKind(), row, aggregate.getValue())));
  }

  private void throughState(StreamRecord<RowData> element) throws Exception {
    setKeyContextElement1(element);
    RowData kept = state.value();
    aggregate.setAccumulators(kept == null ? aggregate.createAccumulators() : kept);
    aggregate.accumulate(element.getValue());
    RowData changed = aggregate.getAccumulators();
    state.update(changed);
    if (found != null
        && changed.getRawValue(0) instanceof BinaryRawValueData<?> held
        && held.getJavaObject() instanceof AlarmState ours) {
      found.put(element.getValue().getBinary(seriesAt), ours);
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    if (found != null) {
      found.clear();
    }
  }

  @Override
  public void close() throws Exception {
    super.close();
    if (aggregate != null) {
      aggregate.close();
    }
  }

  private static Object fieldOf(ProcTimeUnboundedPrecedingFunction<?> step, String name) {
    try {
      Field field = ProcTimeUnboundedPrecedingFunction.class.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(step);
    } catch (NoSuchFieldException | IllegalAccessException otherVersion) {
      throw new IllegalStateException(
          "This job is built for Flink 2.2, whose OVER step has a field " + name, otherVersion);
    }
  }
}
