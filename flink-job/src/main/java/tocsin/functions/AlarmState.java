package tocsin.functions;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import tocsin.rules.Bookmark;

/**
 * What every function that judges a series in the order of arrival remembers of it: its alarm after
 * this row and before it, and the newest values. A function extends it by what it judges by, and
 * changes it in place: with many series a row's cost is how much memory it touches and leaves
 * behind, so this is one object with plain fields and the array of the values.
 *
 * <p>What a row has to tell begins with the columns of {@link #COLUMNS}: {@code now} and {@code
 * earlier}, the number of the alarm after and before the row, 0 for none; {@code was_critical}, the
 * flag of the row before, false before the first; {@code is_new_period}, whether this row's period
 * is beyond all before it, false for the first row; {@code readings_seen}; and {@code
 * recent_values}, at most {@value #RECENT}, oldest first.
 */
public abstract class AlarmState extends Ring implements Cloneable, Bookmark.Prefetched {
  /** In the type of what a function returns, before the columns of its own. */
  static final String COLUMNS =
      "`now` INT NOT NULL, earlier INT NOT NULL, was_critical BOOLEAN NOT NULL,"
          + " is_new_period BOOLEAN NOT NULL, readings_seen BIGINT,"
          + " recent_values ARRAY<DOUBLE NOT NULL>";

  /** How many columns these are: the place of the first that a function has of its own. */
  static final int OWN = 6;

  /** A judgement that leaves the alarm as it is. */
  static final int SAME = -1;

  /** How many values are told. */
  static final int RECENT = 24;

  private static final long NONE = Long.MIN_VALUE;

  /** Bytes of an object without its arrays, rounded up. */
  private static final long FIELDS = 200;

  /** Small numbers take a byte each: the fewer lines of memory a row touches, the better. */
  byte state;

  byte earlierState;
  boolean wasCritical;
  boolean isNewPeriod;
  private boolean critical;

  /** Whose state this is, for the one map that it is in; not written. */
  private long seriesHead;

  private long seriesTail;
  private long newestPeriod = NONE;
  private long seen;

  /** When the series was last told of as one that is not judged yet; 0 when it is judged. */
  private long toldLearningMs;

  /** About how much memory this takes; who has arrays or objects of its own counts them, too. */
  @Override
  public long bytes() {
    return FIELDS + super.bytes();
  }

  @Override
  public final int prefetch() {
    return (int) newestPeriod + (int) replaced();
  }

  /** Says whose state this is: the two halves of a value of {@code series}. */
  public final void belongTo(long head, long tail) {
    seriesHead = head;
    seriesTail = tail;
  }

  public final boolean belongsTo(long head, long tail) {
    return seriesHead == head && seriesTail == tail;
  }

  public final long seriesHead() {
    return seriesHead;
  }

  public final long seriesTail() {
    return seriesTail;
  }

  /**
   * Takes over what was made of a row.
   *
   * @param judgement the number of the alarm, 0 for none, or {@link #SAME}
   * @param isCritical of the row's rule
   * @param period the number of the row's period
   */
  final void take(int judgement, boolean isCritical, long period) {
    earlierState = state;
    wasCritical = critical;
    isNewPeriod = newestPeriod != NONE && period > newestPeriod;
    state = judgement == SAME ? state : (byte) judgement;
    critical = isCritical;
    newestPeriod = Math.max(newestPeriod, period);
    seen++;
  }

  /** Adds a value to the newest ones; not for who keeps values for a purpose of its own. */
  final void remember(double value) {
    add(value, RECENT);
  }

  /** True when there is no alarm, and was none: this row has nothing to tell. */
  public final boolean isQuiet() {
    return state == 0 && earlierState == 0;
  }

  /**
   * Says whether the rule can judge the series yet, so that it counts among those that it cannot.
   * Costs nothing while it can; while it cannot, a name is looked up once a minute.
   */
  final void tellLearning(UnjudgedSeries learning, byte[] seriesName, boolean isLearning) {
    if (isLearning) {
      toldLearningMs = learning.heardAgain(seriesName, toldLearningMs);
    } else if (toldLearningMs != 0) {
      learning.judged(seriesName);
      toldLearningMs = 0;
    }
  }

  /** Has the common columns, and nulls in those of the function's own. */
  final GenericRowData told(int ownColumns) {
    GenericRowData row = new GenericRowData(OWN + ownColumns);
    row.setField(0, (int) state);
    row.setField(1, (int) earlierState);
    row.setField(2, wasCritical);
    row.setField(3, isNewPeriod);
    row.setField(4, seen);
    row.setField(5, new GenericArrayData(recentValues()));
    return row;
  }

  /** What a quiet row tells; one for all, so that most rows make nothing new. */
  static GenericRowData quiet(int ownColumns) {
    GenericRowData row = new GenericRowData(OWN + ownColumns);
    row.setField(0, 0);
    row.setField(1, 0);
    row.setField(2, false);
    row.setField(3, false);
    return row;
  }

  /** The newest values to tell, at most {@value #RECENT}, oldest first. */
  double[] recentValues() {
    return newest(RECENT);
  }

  /** Writes it all, so that it also goes on from state that is written with each row. */
  void write(DataOutputView target) throws IOException {
    target.writeByte(state);
    target.writeByte(earlierState);
    target.writeBoolean(critical);
    target.writeBoolean(wasCritical);
    target.writeLong(newestPeriod);
    target.writeBoolean(isNewPeriod);
    target.writeLong(seen);
    target.writeLong(toldLearningMs);
    writeNumbers(target);
  }

  /** Reads what {@link #write} wrote, into a new one. */
  void read(DataInputView source) throws IOException {
    state = source.readByte();
    earlierState = source.readByte();
    critical = source.readBoolean();
    wasCritical = source.readBoolean();
    newestPeriod = source.readLong();
    isNewPeriod = source.readBoolean();
    seen = source.readLong();
    toldLearningMs = source.readLong();
    readNumbers(source);
  }

  /** A copy that shares nothing; who has arrays or objects of its own copies them, too. */
  @Override
  protected AlarmState clone() {
    try {
      AlarmState copy = (AlarmState) super.clone();
      copyTo(copy);
      return copy;
    } catch (CloneNotSupportedException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /**
   * Writes a state as it says itself. A function's own serializer makes an instance and names its
   * snapshot.
   */
  public abstract static class Serializer<S extends AlarmState> extends TypeSerializerSingleton<S> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
      return false;
    }

    @Override
    @SuppressWarnings("unchecked")
    public S copy(S from) {
      return (S) from.clone();
    }

    @Override
    public S copy(S from, S reuse) {
      return copy(from);
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(S state, DataOutputView target) throws IOException {
      state.write(target);
    }

    @Override
    public S deserialize(DataInputView source) throws IOException {
      S state = createInstance();
      state.read(source);
      return state;
    }

    @Override
    public S deserialize(S reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }
  }
}
