package tocsin.job;

import java.lang.reflect.Field;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.graph.StreamGraph;
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
import tocsin.rules.Bookmark;
import tocsin.rules.Series;

/**
 * Does what Flink's own step of {@code OVER (PARTITION BY series ORDER BY proc_time)} does, with
 * the same state, for an aggregate that changes one object of ours. Flink reads and writes its
 * state for each row: in RocksDB, where Managed Flink keeps it, bytes are made of the object and
 * the object of bytes; on the heap it is some ten waits for memory where there are many series.
 * Here the object stays at hand, found by the bytes of {@code series}, from its first row after a
 * snapshot to the next snapshot, which it is written for.
 *
 * <p>Nothing is kept beyond a snapshot: state that lives on the heap is written while later rows
 * come, and whoever asks for an object meanwhile is given a copy. With a time to live each row goes
 * through Flink's state, so that it sees when there was one.
 *
 * <p>Where the next step takes only rows with an alarm in them or before them, the quiet ones are
 * not handed on: they are nearly all, and to make and drop them costs more than to judge them.
 */
final class SeriesStep extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1;

  /**
   * Of memory, in a task: 57,000 baselines of 120 values. A job of every kind has seven such steps.
   */
  private static final long MOST_AT_HAND = 64L << 20;

  /**
   * How Flink describes a step {@code WHERE judged.now > 0 OR judged.earlier > 0}, perhaps with
   * more that must be true beside it.
   */
  private static final Pattern ONLY_ALARMS =
      Pattern.compile(
          "where=\\[\\(?\\(\\(w0\\$o0\\.now > 0\\) OR \\(w0\\$o0\\.earlier > 0\\)\\)(]| AND )");

  private final StateTtlConfig ttl;
  private final GeneratedAggsHandleFunction generated;
  private final LogicalType[] accumulators;

  /** Which column is {@code series}. */
  private final int seriesAt;

  private final long mostAtHand;
  private final boolean tellsOnlyAlarms;

  private transient AggsHandleFunction aggregate;
  private transient ValueState<RowData> state;

  /** What the state does not know yet; null where each row goes through it. */
  private transient SeriesMap atHand;

  private transient Bookmark.Passing passing;

  /** The one row that hands an object at hand to the aggregate, and what it hands on. */
  private transient BinaryRawValueData<AlarmState> held;

  private transient RowData holder;
  private transient JoinedRowData joined;

  /**
   * @param mostAtHand how many bytes of objects may be kept
   * @param tellsOnlyAlarms nobody takes the rows of a series that has no alarm and had none
   */
  SeriesStep(
      ProcTimeUnboundedPrecedingFunction<?> step,
      int seriesAt,
      long mostAtHand,
      boolean tellsOnlyAlarms) {
    this.ttl = (StateTtlConfig) fieldOf(step, "ttlConfig");
    this.generated = (GeneratedAggsHandleFunction) fieldOf(step, "genAggsHandler");
    this.accumulators = (LogicalType[]) fieldOf(step, "accTypes");
    this.seriesAt = seriesAt;
    this.mostAtHand = mostAtHand;
    this.tellsOnlyAlarms = tellsOnlyAlarms;
  }

  /**
   * Takes the place of Flink's step in that node, where it is one of an object of ours.
   *
   * @param columns of the rows that the node is given, or null where they are not known
   */
  static void use(StreamGraph graph, StreamNode node, List<String> columns) {
    if (node.getOperatorFactory() instanceof SimpleOperatorFactory<?> factory
        && factory.getOperator() instanceof AbstractUdfStreamOperator<?, ?> operator
        && operator.getUserFunction() instanceof ProcTimeUnboundedPrecedingFunction<?> step
        && isOfOneAlarm((LogicalType[]) fieldOf(step, "accTypes"))) {
      if (columns == null || !columns.contains("series")) {
        throw new IllegalStateException("no column series in " + node.getOperatorDescription());
      }
      node.setOperatorFactory(
          SimpleOperatorFactory.of(
              new SeriesStep(
                  step, columns.indexOf("series"), MOST_AT_HAND, goesToOnlyAlarms(graph, node))));
    }
  }

  private static boolean goesToOnlyAlarms(StreamGraph graph, StreamNode node) {
    return node.getOutEdges().stream()
        .map(edge -> graph.getStreamNode(edge.getTargetId()).getOperatorDescription())
        .allMatch(does -> does != null && ONLY_ALARMS.matcher(does).find());
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
    atHand = ttl.isEnabled() ? null : new SeriesMap();
    passing = Bookmark.Passing.ofThisTask();
    held = new BinaryRawValueData<>(null);
    holder = GenericRowData.of(held);
    joined = new JoinedRowData();
  }

  /** Not for each row: {@link #throughState} does it. */
  @Override
  public void setKeyContextElement(StreamRecord<RowData> element) {}

  @Override
  public void processElement(StreamRecord<RowData> element) throws Exception {
    RowData row = element.getValue();
    AlarmState known =
        atHand == null ? null : atHand.get(row.getBinary(seriesAt), passing.bookmark());
    if (known == null) {
      throughState(element);
    } else {
      held.setJavaObject(known);
      aggregate.setAccumulators(holder);
      aggregate.accumulate(row);
      if (tellsOnlyAlarms && known.isQuiet()) {
        return;
      }
    }
    joined.replace(row, aggregate.getValue()).setRowKind(row.getRowKind());
    output.collect(element.replace(joined));
  }

  private void throughState(StreamRecord<RowData> element) throws Exception {
    setKeyContextElement1(element);
    RowData kept = state.value();
    aggregate.setAccumulators(kept == null ? aggregate.createAccumulators() : kept);
    aggregate.accumulate(element.getValue());
    RowData changed = aggregate.getAccumulators();
    if (atHand != null
        && changed.getRawValue(0) instanceof BinaryRawValueData<?> raw
        && raw.getJavaObject() instanceof AlarmState ours) {
      if (atHand.bytes() >= mostAtHand) {
        writeAll();
      }
      atHand.put(element.getValue().getBinary(seriesAt), ours);
    } else {
      state.update(changed);
    }
  }

  boolean tellsOnlyAlarms() {
    return tellsOnlyAlarms;
  }

  /** About how many bytes of objects are kept. */
  long atHand() {
    return atHand.bytes();
  }

  private void writeAll() throws Exception {
    for (AlarmState each : atHand.states()) {
      setCurrentKey(Series.keyOf(Series.bytes(each.seriesHead(), each.seriesTail())));
      state.update(GenericRowData.of(BinaryRawValueData.fromObject(each)));
    }
    atHand.clear();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    if (atHand != null) {
      writeAll();
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
