package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code NEAR_BREACH(side, time)}: whether a row may matter to who looks for breaches in the order
 * of time ({@code is_near}), and the time of the newest row that did not and is not after this one
 * ({@code good_at}, null when there is none). A side above zero is beyond a limit and always
 * matters. One of zero matters when it may be the first after such a row, in the order of time:
 * until one newer than every row beyond a limit was let through, and wherever it is not the newest
 * itself. So rows far from any breach need not be put in order. One that lies between two rows
 * beyond a limit and was left out, because it came before them, is known by {@code good_at} of the
 * second.
 *
 * <p>Only the newest {@value #KEPT} times left out are known. Where rows beyond a limit come later
 * than the good reading between them and than {@value #KEPT} others that are newer than it, a
 * breach seems uninterrupted that was not.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = Slots.class,
            rawSerializer = Slots.Serializer.class),
    output =
        @DataTypeHint(
            value = "ROW<is_near BOOLEAN NOT NULL, good_at TIMESTAMP_LTZ(3)>",
            bridgedTo = RowData.class))
public final class NearBreach extends AggregateFunction<RowData, Slots> {
  private static final long serialVersionUID = 1;

  private static final int KEPT = 8;

  private static final int BEYOND_MS = 0;
  private static final int LET_THROUGH_MS = 1;
  private static final int GOOD_AT_MS = 2;
  private static final int IS_NEAR = 3;

  /** The times left out have the places from here on, the newest first. */
  private static final int LEFT_OUT_MS = 4;

  private static final double NEVER = Double.NEGATIVE_INFINITY;
  private static final RowData FAR = GenericRowData.of(false, null);

  @Override
  public Slots createAccumulator() {
    return new Slots(NEVER, NEVER, NEVER, 0);
  }

  public void accumulate(
      Slots known,
      Integer side,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class)
          TimestampData time) {
    double timeMs = time.getMillisecond();
    boolean isBeyond = side > 0;
    boolean isNear =
        isBeyond
            || timeMs <= known.at(LET_THROUGH_MS)
            || known.at(BEYOND_MS) != NEVER && known.at(LET_THROUGH_MS) <= known.at(BEYOND_MS);
    known.set(IS_NEAR, isNear ? 1 : 0);
    if (isNear) {
      int place = isBeyond ? BEYOND_MS : LET_THROUGH_MS;
      known.set(place, Math.max(known.at(place), timeMs));
      known.set(GOOD_AT_MS, newestLeftOut(known, timeMs));
    } else {
      leaveOut(known, timeMs);
    }
  }

  private static double newestLeftOut(Slots known, double untilMs) {
    for (int place = LEFT_OUT_MS; place < known.size(); place++) {
      if (known.at(place) <= untilMs) {
        return known.at(place);
      }
    }
    return NEVER;
  }

  /** Keeps a time in its place among the newest; it forgets the oldest beyond their number. */
  private static void leaveOut(Slots known, double timeMs) {
    int end = known.size();
    if (end > LEFT_OUT_MS && known.at(LEFT_OUT_MS) == timeMs) {
      return;
    }
    if (end < LEFT_OUT_MS + KEPT) {
      known.resize(end + 1);
    } else if (timeMs <= known.at(--end)) {
      return;
    }
    int place = end;
    for (; place > LEFT_OUT_MS && known.at(place - 1) < timeMs; place--) {
      known.set(place, known.at(place - 1));
    }
    known.set(place, timeMs);
  }

  @Override
  public RowData getValue(Slots known) {
    if (known.at(IS_NEAR) == 0) {
      return FAR;
    }
    double goodMs = known.at(GOOD_AT_MS);
    return GenericRowData.of(
        true, goodMs == NEVER ? null : TimestampData.fromEpochMillis((long) goodMs));
  }
}
