package tocsin.functions;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code SEASONAL_STATS(value, time, time_zone)}: mean and σ of the values before this one in the
 * same hour of the day, weekends (Saturday, Sunday) apart from other days, and from how many values
 * and days they come. A null value is told its hour's figures and enters none.
 *
 * <p>Old values fade: the newest counts for at least a thousandth. Outliers do little: once an hour
 * has 30 values, none enters further than 4 σ from the mean.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = Slots.class,
            rawSerializer = Slots.Serializer.class),
    output =
        @DataTypeHint(
            value =
                "ROW<samples BIGINT NOT NULL, days BIGINT NOT NULL, mean DOUBLE, stddev DOUBLE>",
            bridgedTo = RowData.class))
public final class SeasonalStats extends AggregateFunction<RowData, Slots> {
  private static final long serialVersionUID = 1;

  /** Of each hour, from its place on. */
  private static final int SAMPLES = 0;

  private static final int MEAN = 1;
  private static final int VARIANCE = 2;
  private static final int DAYS = 3;
  private static final int LAST_DAY = 4;
  private static final int SLOTS = 5;

  /** 24 hours of working days, 24 of weekends; behind them what is told of the row. */
  private static final int TOLD = 48 * SLOTS;

  private static final double LONGEST_MEMORY = 1_000;
  private static final double SAMPLES_THAT_TELL_OUTLIERS = 30;
  private static final double LARGEST_DISTANCE = 4;

  private transient Map<StringData, ZoneId> zones;

  @Override
  public Slots createAccumulator() {
    return new Slots(new double[TOLD + SLOTS]);
  }

  public void accumulate(
      Slots slots,
      Double value,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData time,
      @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData timeZone) {
    LocalDateTime local =
        LocalDateTime.ofInstant(Instant.ofEpochMilli(time.getMillisecond()), zone(timeZone));
    DayOfWeek day = local.getDayOfWeek();
    boolean isWeekend = day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY;
    int hour = (local.getHour() + (isWeekend ? 24 : 0)) * SLOTS;
    for (int slot = 0; slot < SLOTS; slot++) {
      slots.set(TOLD + slot, slots.at(hour + slot));
    }
    if (value != null && Math.abs(value) <= 1e150) {
      learn(slots, hour, value, local.toLocalDate().toEpochDay());
    }
  }

  private static void learn(Slots slots, int hour, double value, long epochDay) {
    double samples = slots.at(hour + SAMPLES);
    double distance = value - slots.at(hour + MEAN);
    double stddev = Math.sqrt(slots.at(hour + VARIANCE));
    if (samples >= SAMPLES_THAT_TELL_OUTLIERS && stddev > 0) {
      double largest = LARGEST_DISTANCE * stddev;
      distance = Math.max(-largest, Math.min(largest, distance));
    }
    double weight = 1 / Math.min(samples + 1, LONGEST_MEMORY);
    slots.set(hour + SAMPLES, samples + 1);
    slots.add(hour + MEAN, weight * distance);
    slots.set(
        hour + VARIANCE, (1 - weight) * (slots.at(hour + VARIANCE) + weight * distance * distance));
    if (samples == 0 || slots.at(hour + LAST_DAY) != epochDay) {
      slots.add(hour + DAYS, 1);
      slots.set(hour + LAST_DAY, epochDay);
    }
  }

  private ZoneId zone(StringData name) {
    if (zones == null) {
      zones = new HashMap<>();
    }
    ZoneId zone = zones.get(name);
    if (zone == null) {
      zone = ZoneId.of(name.toString());
      zones.put(StringData.fromString(name.toString()), zone);
    }
    return zone;
  }

  @Override
  public RowData getValue(Slots slots) {
    double samples = slots.at(TOLD + SAMPLES);
    return samples == 0
        ? GenericRowData.of(0L, 0L, null, null)
        : GenericRowData.of(
            (long) samples,
            (long) slots.at(TOLD + DAYS),
            slots.at(TOLD + MEAN),
            Math.sqrt(slots.at(TOLD + VARIANCE)));
  }
}
