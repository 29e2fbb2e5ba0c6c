package tocsin.rules;

import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;

/**
 * The readings that one window rule judges of one series, as far as they lie in one slice of its
 * windows: a row of the view {@code window_rows}. Open while readings are added to it. {@code
 * event_time} and {@code arrival_time} are the newest of its readings.
 */
public final class WindowPart {
  private static final List<DataTypes.Field> FIELDS =
      List.of(
          DataTypes.FIELD("event_time", DataTypes.TIMESTAMP_LTZ(3).notNull()),
          DataTypes.FIELD("arrival_time", DataTypes.TIMESTAMP_LTZ(3).notNull()),
          DataTypes.FIELD("sums", DataTypes.BYTES().notNull()),
          DataTypes.FIELD("series", DataTypes.BYTES().notNull()),
          DataTypes.FIELD("series_name", DataTypes.BYTES().notNull()),
          DataTypes.FIELD("aggregate", DataTypes.STRING().notNull()),
          DataTypes.FIELD("window_kind", DataTypes.STRING().notNull()),
          DataTypes.FIELD("low", DataTypes.DOUBLE()),
          DataTypes.FIELD("high", DataTypes.DOUBLE()),
          DataTypes.FIELD("rules_version", DataTypes.BIGINT().notNull()),
          DataTypes.FIELD("is_critical", DataTypes.BOOLEAN().notNull()),
          DataTypes.FIELD("route", DataTypes.STRING().notNull()),
          DataTypes.FIELD("rule_retired", DataTypes.BOOLEAN().notNull()));

  private final OfRule rule;
  private final PackedReading.OfSeries series;
  private final Sums sums;
  private boolean isOpen;
  private long startMs;
  private long endMs;
  private long eventMs;
  private long arrivalMs;

  WindowPart(OfRule rule, PackedReading.OfSeries series) {
    this.rule = rule;
    this.series = series;
    this.sums = Sums.of(rule.aggregate.toString());
  }

  public static DataType type() {
    return DataTypes.ROW(FIELDS.toArray(DataTypes.Field[]::new)).notNull();
  }

  /** The columns; all readings of a row lie in one slice, so {@code event_time} says which. */
  public static Schema schema() {
    return RuledReading.schemaOf(FIELDS).watermark("event_time", "SOURCE_WATERMARK()").build();
  }

  boolean isOpen() {
    return isOpen;
  }

  boolean isHopping() {
    return rule.isHopping;
  }

  /** The first instant that is in its slice no more. */
  long endMs() {
    return endMs;
  }

  /** True when it is open for readings of that time. */
  boolean holds(long timeMs) {
    return isOpen && timeMs >= startMs && timeMs < endMs;
  }

  /** Begins the slice of that length in which the time lies. */
  void open(long timeMs, long lengthMs) {
    isOpen = true;
    startMs = Math.floorDiv(timeMs, lengthMs) * lengthMs;
    endMs = startMs + lengthMs;
    eventMs = Long.MIN_VALUE;
    arrivalMs = Long.MIN_VALUE;
    sums.clear();
  }

  void add(double value, long ofEventMs, long ofArrivalMs) {
    sums.add(value);
    eventMs = Math.max(eventMs, ofEventMs);
    arrivalMs = Math.max(arrivalMs, ofArrivalMs);
  }

  /** Ends it, and gives its row. */
  RowData close() {
    isOpen = false;
    return GenericRowData.of(
        TimestampData.fromEpochMillis(eventMs),
        TimestampData.fromEpochMillis(arrivalMs),
        sums.toBytes(),
        series.series(),
        series.name(),
        rule.aggregate,
        rule.window,
        rule.low,
        rule.high,
        rule.rulesVersion,
        rule.isCritical,
        rule.route,
        rule.isRetired);
  }

  /** What a rule puts into every row; boxed once. */
  record OfRule(
      StringData aggregate,
      StringData window,
      boolean isHopping,
      Double low,
      Double high,
      Long rulesVersion,
      Boolean isCritical,
      StringData route,
      Boolean isRetired) {
    /**
     * @param isRetired the rule judged once and does so no more
     */
    static OfRule of(Rule rule, long rulesVersion, boolean isRetired) {
      return new OfRule(
          StringData.fromString(rule.aggregate()),
          StringData.fromString(rule.windowKind()),
          rule.windowKind().equals("hopping"),
          rule.low(),
          rule.high(),
          rulesVersion,
          rule.severity().equals("critical"),
          StringData.fromString(rule.route()),
          isRetired);
    }
  }
}
