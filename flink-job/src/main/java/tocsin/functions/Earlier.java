package tocsin.functions;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code EARLIER(state, flag, period)}: what was known before this row: the last state that was not
 * null ({@code state}, 0 before the first), the flag of the row before ({@code flag}, false before
 * the first), and whether this row's period is beyond all before it ({@code is_new_period}, false
 * for the first row). {@code now} is the last state that was not null, this row's included.
 *
 * <p>Says all at once so that SQL needs one keyed step where OVER and LAG would need two.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = Earlier.Row.class,
            rawSerializer = Earlier.Serializer.class),
    output =
        @DataTypeHint(
            value =
                "ROW<`now` INT NOT NULL, state INT NOT NULL, flag BOOLEAN NOT NULL,"
                    + " is_new_period BOOLEAN NOT NULL>",
            bridgedTo = RowData.class))
public final class Earlier extends AggregateFunction<RowData, Earlier.Row> {
  private static final long serialVersionUID = 1;

  /** The row before, and this one. */
  public static final class Row {
    private int state;
    private boolean flag;
    private long newestPeriod = Long.MIN_VALUE;
    private int earlierState;
    private boolean earlierFlag;
    private boolean isNewPeriod;
  }

  @Override
  public Row createAccumulator() {
    return new Row();
  }

  public void accumulate(Row row, Integer state, Boolean flag, Long period) {
    row.earlierState = row.state;
    row.earlierFlag = row.flag;
    row.isNewPeriod = row.newestPeriod != Long.MIN_VALUE && period > row.newestPeriod;
    row.state = state == null ? row.state : state;
    row.flag = flag;
    row.newestPeriod = Math.max(row.newestPeriod, period);
  }

  @Override
  public RowData getValue(Row row) {
    return GenericRowData.of(row.state, row.earlierState, row.earlierFlag, row.isNewPeriod);
  }

  /** Writes the fields in their order. */
  public static final class Serializer extends TypeSerializerSingleton<Row> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
      return false;
    }

    @Override
    public Row createInstance() {
      return new Row();
    }

    @Override
    public Row copy(Row from) {
      Row copy = new Row();
      copy.state = from.state;
      copy.flag = from.flag;
      copy.newestPeriod = from.newestPeriod;
      copy.earlierState = from.earlierState;
      copy.earlierFlag = from.earlierFlag;
      copy.isNewPeriod = from.isNewPeriod;
      return copy;
    }

    @Override
    public Row copy(Row from, Row reuse) {
      return copy(from);
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(Row row, DataOutputView target) throws IOException {
      target.writeInt(row.state);
      target.writeBoolean(row.flag);
      target.writeLong(row.newestPeriod);
      target.writeInt(row.earlierState);
      target.writeBoolean(row.earlierFlag);
      target.writeBoolean(row.isNewPeriod);
    }

    @Override
    public Row deserialize(DataInputView source) throws IOException {
      Row row = new Row();
      row.state = source.readInt();
      row.flag = source.readBoolean();
      row.newestPeriod = source.readLong();
      row.earlierState = source.readInt();
      row.earlierFlag = source.readBoolean();
      row.isNewPeriod = source.readBoolean();
      return row;
    }

    @Override
    public Row deserialize(Row reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }

    @Override
    public TypeSerializerSnapshot<Row> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Tells Flink which serializer wrote a snapshot. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Row> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
