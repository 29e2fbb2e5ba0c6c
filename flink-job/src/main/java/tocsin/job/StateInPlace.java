package tocsin.job;

import java.io.IOException;
import java.lang.reflect.Field;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.operators.AbstractUdfStreamOperator;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRawValueData;
import org.apache.flink.table.runtime.generated.GeneratedAggsHandleFunction;
import org.apache.flink.table.runtime.operators.over.ProcTimeUnboundedPrecedingFunction;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * Flink's own step of {@code OVER (… ORDER BY proc_time)}, which puts a new row around its
 * accumulators into the state for each reading, although the accumulator within is the same object
 * as before. With many series that is most of its cost: an old object that points to a new one is
 * work for the garbage collector. So where the state already holds that very object, nothing is
 * put.
 *
 * <p>Only for state that lives as objects on the heap: elsewhere, and after a restore or a snapshot
 * has made bytes of the object, the row is put as ever.
 */
final class StateInPlace<K> extends ProcTimeUnboundedPrecedingFunction<K> {
  private static final long serialVersionUID = 1;
  private static final String HEAP_STATE = "org.apache.flink.runtime.state.heap.HeapValueState";

  private StateInPlace(
      StateTtlConfig ttl, GeneratedAggsHandleFunction aggregates, LogicalType[] accumulators) {
    super(ttl, aggregates, accumulators);
  }

  /** Takes the place of Flink's step in that node, where it is one. */
  static void use(StreamNode node) {
    if (node.getOperatorFactory() instanceof SimpleOperatorFactory<?> factory
        && factory.getOperator() instanceof AbstractUdfStreamOperator<?, ?> operator
        && operator.getUserFunction() instanceof ProcTimeUnboundedPrecedingFunction<?> step
        && ((LogicalType[]) get("accTypes", step))[0].is(LogicalTypeRoot.RAW)) {
      node.setOperatorFactory(
          SimpleOperatorFactory.of(
              new KeyedProcessOperator<>(
                  new StateInPlace<>(
                      (StateTtlConfig) get("ttlConfig", step),
                      (GeneratedAggsHandleFunction) get("genAggsHandler", step),
                      (LogicalType[]) get("accTypes", step)))));
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public void open(OpenContext context) throws Exception {
    super.open(context);
    var state = (ValueState<RowData>) get("accState", this);
    if (state.getClass().getName().equals(HEAP_STATE)) {
      field("accState").set(this, new Unreplaced(state));
    }
  }

  private static Object get(String name, ProcTimeUnboundedPrecedingFunction<?> step) {
    try {
      return field(name).get(step);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Field field(String name) {
    try {
      Field field = ProcTimeUnboundedPrecedingFunction.class.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException otherVersion) {
      throw new IllegalStateException(
          "This job is built for Flink 2.2, whose OVER step has a field " + name, otherVersion);
    }
  }

  /** A state that is not written while what it holds is the object that it gave. */
  static final class Unreplaced implements ValueState<RowData> {
    private final ValueState<RowData> state;
    private RowData given;

    Unreplaced(ValueState<RowData> state) {
      this.state = state;
    }

    @Override
    public RowData value() throws IOException {
      given = state.value();
      return given;
    }

    @Override
    public void update(RowData row) throws IOException {
      if (!isSame(given, row)) {
        state.update(row);
      }
    }

    @Override
    public void clear() {
      state.clear();
    }

    /**
     * One accumulator each, the same object, of which no bytes exist that a snapshot would take.
     */
    private static boolean isSame(RowData one, RowData other) {
      return one instanceof GenericRowData
          && one.getArity() == 1
          && other.getArity() == 1
          && one.getRawValue(0) instanceof BinaryRawValueData<?> held
          && held.getBinarySection() == null
          && other.getRawValue(0) instanceof BinaryRawValueData<?> now
          && held.getJavaObject() == now.getJavaObject();
    }
  }
}
