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
  public static final String KIND = RuleKind.WINDOW.word();

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

  private final GenericRowData row;
  private final boolean isHopping;
  private final Sums sums;
  private boolean isOpen;
  private long startMs;
  private long endMs;
  private long eventMs;
  private long arrivalMs;

  /**
   * @param isRetired the rule judged once and does so no more
   */
  WindowPart(Rule rule, long rulesVersion, boolean isRetired, Subject subject, byte[] series) {
    row =
        GenericRowData.of(
            null,
            null,
            null,
            series,
            Series.nameOf(rule.id(), subject),
            StringData.fromString(rule.aggregate()),
            StringData.fromString(rule.windowKind()),
            rule.low(),
            rule.high(),
            rulesVersion,
            rule.severity().equals("critical"),
            StringData.fromString(rule.route()),
            isRetired);
    isHopping = rule.windowKind().equals("hopping");
    sums = Sums.of(rule.aggregate());
  }

  static DataType type() {
    return DataTypes.ROW(FIELDS.toArray(DataTypes.Field[]::new)).notNull();
  }

  /** The columns; all readings of a row lie in one slice, so {@code event_time} says which. */
  public static Schema schema() {
    Schema.Builder schema = Schema.newBuilder();
    for (DataTypes.Field field : FIELDS) {
      schema.column(field.getName(), field.getDataType());
    }
    return schema.watermark("event_time", "SOURCE_WATERMARK()").build();
  }

  boolean isOpen() {
    return isOpen;
  }

  boolean isHopping() {
    return isHopping;
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

  /** Ends it, and gives its row, which nobody may keep. */
  RowData close() {
    isOpen = false;
    row.setField(0, TimestampData.fromEpochMillis(eventMs));
    row.setField(1, TimestampData.fromEpochMillis(arrivalMs));
    row.setField(2, sums.toBytes());
    return row;
  }
}
