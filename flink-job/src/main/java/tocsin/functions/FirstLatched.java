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
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code FIRST_LATCHED(time, signal, signal, signal, signal)}: four switches that keep their
 * position from row to row, and the number, 1 to 4, of the first that is on after this row ({@code
 * now}) and before it ({@code earlier}); 0 when none is. A signal of 1 switches on, 0 off, and null
 * leaves as it is. A row with a time older than the newest switches nothing off; one without a time
 * does.
 *
 * <p>Says both at once so that SQL needs one keyed step where OVER and LAG would need two.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = FirstLatched.Switches.class,
            rawSerializer = FirstLatched.Serializer.class),
    output =
        @DataTypeHint(
            value = "ROW<`now` INT NOT NULL, `earlier` INT NOT NULL>",
            bridgedTo = RowData.class))
public final class FirstLatched extends AggregateFunction<RowData, FirstLatched.Switches> {
  private static final long serialVersionUID = 1;
  private static final int SWITCHES = 4;
  private static final RowData[][] RESULTS = new RowData[SWITCHES + 1][SWITCHES + 1];

  static {
    for (int now = 0; now <= SWITCHES; now++) {
      for (int earlier = 0; earlier <= SWITCHES; earlier++) {
        RESULTS[now][earlier] = GenericRowData.of(now, earlier);
      }
    }
  }

  /** One bit a switch, the first one lowest. */
  public static final class Switches {
    private int on;
    private int earlierOn;
    private long newestMs = Long.MIN_VALUE;
  }

  @Override
  public Switches createAccumulator() {
    return new Switches();
  }

  public void accumulate(
      Switches switches,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      Integer first,
      Integer second,
      Integer third,
      Integer fourth) {
    boolean mayGoOff = time == null || time.getMillisecond() >= switches.newestMs;
    if (time != null && mayGoOff) {
      switches.newestMs = time.getMillisecond();
    }
    switches.earlierOn = switches.on;
    set(switches, 1, first, mayGoOff);
    set(switches, 2, second, mayGoOff);
    set(switches, 4, third, mayGoOff);
    set(switches, 8, fourth, mayGoOff);
  }

  private static void set(Switches switches, int bit, Integer signal, boolean mayGoOff) {
    if (signal != null && signal == 1) {
      switches.on |= bit;
    } else if (signal != null && mayGoOff) {
      switches.on &= ~bit;
    }
  }

  @Override
  public RowData getValue(Switches switches) {
    return RESULTS[first(switches.on)][first(switches.earlierOn)];
  }

  private static int first(int bits) {
    return bits == 0 ? 0 : Integer.numberOfTrailingZeros(bits) + 1;
  }

  /** Writes both positions and the newest time. */
  public static final class Serializer extends TypeSerializerSingleton<Switches> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
      return false;
    }

    @Override
    public Switches createInstance() {
      return new Switches();
    }

    @Override
    public Switches copy(Switches from) {
      Switches copy = new Switches();
      copy.on = from.on;
      copy.earlierOn = from.earlierOn;
      copy.newestMs = from.newestMs;
      return copy;
    }

    @Override
    public Switches copy(Switches from, Switches reuse) {
      return copy(from);
    }

    @Override
    public int getLength() {
      return 2 + Long.BYTES;
    }

    @Override
    public void serialize(Switches switches, DataOutputView target) throws IOException {
      target.writeByte(switches.on);
      target.writeByte(switches.earlierOn);
      target.writeLong(switches.newestMs);
    }

    @Override
    public Switches deserialize(DataInputView source) throws IOException {
      Switches switches = new Switches();
      switches.on = source.readByte();
      switches.earlierOn = source.readByte();
      switches.newestMs = source.readLong();
      return switches;
    }

    @Override
    public Switches deserialize(Switches reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }

    @Override
    public TypeSerializerSnapshot<Switches> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Tells Flink which serializer wrote a snapshot. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Switches> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
