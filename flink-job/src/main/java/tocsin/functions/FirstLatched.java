package tocsin.functions;

import java.io.IOException;
import java.util.Arrays;
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
 * {@code FIRST_LATCHED(time, hold_ms, signal, signal, signal, signal)}: four switches that keep
 * their position from row to row, and the number, 1 to 4, of the first that is on after this row
 * ({@code now}) and before it ({@code earlier}); 0 when none is. A signal of 1 switches on, 0 off,
 * and null leaves as it is. A row with a time older than the newest switches nothing off; one
 * without a time does. With a {@code hold_ms} above zero a switch goes on only when the signal of
 * each row for so long, by the rows' time, was 1; rows older than the newest count neither for nor
 * against.
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
  private static final long NOT_HELD = Long.MIN_VALUE;
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

    /**
     * Since when each switch that waits for its hold has had a signal of 1; null when none does.
     */
    private long[] heldSinceMs;
  }

  @Override
  public Switches createAccumulator() {
    return new Switches();
  }

  public void accumulate(
      Switches switches,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      Long holdMs,
      Integer first,
      Integer second,
      Integer third,
      Integer fourth) {
    boolean mayGoOff = time == null || time.getMillisecond() >= switches.newestMs;
    if (time != null && mayGoOff) {
      switches.newestMs = time.getMillisecond();
    }
    switches.earlierOn = switches.on;
    boolean mustHold = holdMs > 0;
    set(switches, 1, mustHold ? held(switches, 0, first, mayGoOff, holdMs) : first, mayGoOff);
    set(switches, 2, mustHold ? held(switches, 1, second, mayGoOff, holdMs) : second, mayGoOff);
    set(switches, 4, mustHold ? held(switches, 2, third, mayGoOff, holdMs) : third, mayGoOff);
    set(switches, 8, mustHold ? held(switches, 3, fourth, mayGoOff, holdMs) : fourth, mayGoOff);
  }

  /** The signal, without a 1 that has not held for long enough. */
  private static Integer held(
      Switches switches, int place, Integer signal, boolean inOrder, long holdMs) {
    boolean isOne = signal != null && signal == 1;
    if (!inOrder) {
      return null;
    }
    if (switches.heldSinceMs == null) {
      if (!isOne) {
        return signal;
      }
      switches.heldSinceMs = new long[SWITCHES];
      Arrays.fill(switches.heldSinceMs, NOT_HELD);
    }
    if (!isOne) {
      switches.heldSinceMs[place] = NOT_HELD;
      return signal;
    }
    if (switches.heldSinceMs[place] == NOT_HELD) {
      switches.heldSinceMs[place] = switches.newestMs;
    }
    return switches.newestMs - switches.heldSinceMs[place] >= holdMs ? signal : null;
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

  /**
   * Writes both positions, the newest time, and since when each switch has been held, if any was.
   */
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
      copy.heldSinceMs = from.heldSinceMs == null ? null : from.heldSinceMs.clone();
      return copy;
    }

    @Override
    public Switches copy(Switches from, Switches reuse) {
      return copy(from);
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(Switches switches, DataOutputView target) throws IOException {
      target.writeByte(switches.on);
      target.writeByte(switches.earlierOn);
      target.writeLong(switches.newestMs);
      target.writeBoolean(switches.heldSinceMs != null);
      for (int place = 0; switches.heldSinceMs != null && place < SWITCHES; place++) {
        target.writeLong(switches.heldSinceMs[place]);
      }
    }

    @Override
    public Switches deserialize(DataInputView source) throws IOException {
      Switches switches = new Switches();
      switches.on = source.readByte();
      switches.earlierOn = source.readByte();
      switches.newestMs = source.readLong();
      if (source.readBoolean()) {
        switches.heldSinceMs = new long[SWITCHES];
        for (int place = 0; place < SWITCHES; place++) {
          switches.heldSinceMs[place] = source.readLong();
        }
      }
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
