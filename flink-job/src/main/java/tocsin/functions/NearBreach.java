package tocsin.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code NEAR_BREACH(side, time)}: whether a row may matter to who looks for breaches in the order
 * of time ({@code is_near}), and the time of the newest row that did not ({@code good_at}, null
 * when there was none). A side above zero is beyond a limit and always matters. One of zero matters
 * when it may be the first after such a row, in the order of time: until one newer than every row
 * beyond a limit was let through, and wherever it is not the newest itself. So rows far from any
 * breach need not be put in order. One that comes too late to be let through, between two rows
 * beyond a limit, is known by {@code good_at} of the second.
 *
 * <p>Only the newest one left out is known. Where a delayed burst comes out of order, its good
 * reading before the rows beyond a limit around it and all behind a newer good reading, a breach
 * seems uninterrupted that was not.
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

  private static final int BEYOND_MS = 0;
  private static final int LET_THROUGH_MS = 1;
  private static final int GOOD_MS = 2;
  private static final int IS_NEAR = 3;
  private static final double NEVER = Double.NEGATIVE_INFINITY;
  private static final RowData FAR = GenericRowData.of(false, null);

  @Override
  public Slots createAccumulator() {
    return new Slots(NEVER, NEVER, NEVER, 0);
  }

  public void accumulate(
      Slots newest,
      Integer side,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class)
          TimestampData time) {
    double timeMs = time.getMillisecond();
    boolean isBeyond = side > 0;
    boolean isNear =
        isBeyond
            || timeMs <= newest.at(LET_THROUGH_MS)
            || newest.at(BEYOND_MS) != NEVER && newest.at(LET_THROUGH_MS) <= newest.at(BEYOND_MS);
    int place = isBeyond ? BEYOND_MS : isNear ? LET_THROUGH_MS : GOOD_MS;
    newest.set(place, Math.max(newest.at(place), timeMs));
    newest.set(IS_NEAR, isNear ? 1 : 0);
  }

  @Override
  public RowData getValue(Slots newest) {
    if (newest.at(IS_NEAR) == 0) {
      return FAR;
    }
    double goodMs = newest.at(GOOD_MS);
    return GenericRowData.of(
        true, goodMs == NEVER ? null : TimestampData.fromEpochMillis((long) goodMs));
  }
}
