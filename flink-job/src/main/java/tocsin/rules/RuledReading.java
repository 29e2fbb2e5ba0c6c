package tocsin.rules;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;

/**
 * The view {@code ruled_readings}: one row for each reading and each rule that judges it, and one
 * with {@code rule_retired} for each rule that has ceased to.
 */
public final class RuledReading {
  /** Columns of a reading, in the order that SplitRecords writes. */
  private static final List<DataTypes.Field> READING =
      List.of(
          DataTypes.FIELD("stream", DataTypes.STRING().notNull()),
          DataTypes.FIELD("source", DataTypes.STRING().notNull()),
          DataTypes.FIELD("entity", DataTypes.STRING().notNull()),
          DataTypes.FIELD("metric", DataTypes.STRING().notNull()),
          DataTypes.FIELD("value", DataTypes.DOUBLE().notNull()),
          DataTypes.FIELD("event_time", DataTypes.TIMESTAMP_LTZ(3).notNull()),
          DataTypes.FIELD("arrival_time", DataTypes.TIMESTAMP_LTZ(3).notNull()),
          DataTypes.FIELD("late", DataTypes.BOOLEAN().notNull()),
          DataTypes.FIELD("labels", DataTypes.MAP(DataTypes.STRING(), DataTypes.STRING())),
          DataTypes.FIELD("shard_id", DataTypes.STRING()),
          DataTypes.FIELD("sequence_number", DataTypes.STRING()));

  private static final List<DataTypes.Field> RULE =
      List.of(
          DataTypes.FIELD("rule_id", DataTypes.STRING().notNull()),
          DataTypes.FIELD("rule_kind", DataTypes.STRING().notNull()),
          DataTypes.FIELD("rules_version", DataTypes.BIGINT().notNull()),
          DataTypes.FIELD("severity", DataTypes.STRING().notNull()),
          DataTypes.FIELD("route", DataTypes.STRING().notNull()),
          DataTypes.FIELD("low_low", DataTypes.DOUBLE()),
          DataTypes.FIELD("low", DataTypes.DOUBLE()),
          DataTypes.FIELD("high", DataTypes.DOUBLE()),
          DataTypes.FIELD("high_high", DataTypes.DOUBLE()),
          DataTypes.FIELD("dead_band", DataTypes.DOUBLE().notNull()),
          DataTypes.FIELD("multiplier", DataTypes.DOUBLE()),
          DataTypes.FIELD("min_samples", DataTypes.BIGINT().notNull()),
          DataTypes.FIELD("min_relative_deviation", DataTypes.DOUBLE().notNull()),
          DataTypes.FIELD("aggregate", DataTypes.STRING()),
          DataTypes.FIELD("window_kind", DataTypes.STRING()),
          DataTypes.FIELD("rule_retired", DataTypes.BOOLEAN().notNull()));

  static final int SOURCE = 1;
  static final int ENTITY = 2;
  static final int METRIC = 3;
  static final int LATE = 7;

  private RuledReading() {}

  public static DataType readingType() {
    return rowOf(READING);
  }

  /** Type of the rows that {@link #join} makes. */
  public static DataType type() {
    return rowOf(fields());
  }

  /**
   * The view's columns; event time is what windows run on, {@code proc_time} the order of arrival.
   */
  public static Schema schema() {
    Schema.Builder schema = Schema.newBuilder();
    for (DataTypes.Field field : fields()) {
      schema.column(field.getName(), field.getDataType());
    }
    return schema
        .columnByExpression("proc_time", "PROCTIME()")
        .watermark("event_time", "SOURCE_WATERMARK()")
        .build();
  }

  /**
   * What a rule adds to each reading that it judges.
   *
   * @param retired the rule judged once and does so no more: what it has open must clear
   */
  static Object[] ruleColumns(Rule rule, long rulesVersion, boolean retired) {
    return new Object[] {
      StringData.fromString(rule.id()),
      StringData.fromString(rule.kind()),
      rulesVersion,
      StringData.fromString(rule.severity()),
      StringData.fromString(rule.route()),
      rule.lowLow(),
      rule.low(),
      rule.high(),
      rule.highHigh(),
      rule.deadBand(),
      rule.multiplier(),
      rule.minSamples(),
      rule.minRelativeDeviation(),
      StringData.fromString(rule.aggregate()),
      StringData.fromString(rule.windowKind()),
      retired
    };
  }

  static RowData join(RowData reading, Object[] ruleColumns) {
    int readingSize = READING.size();
    GenericRowData row = new GenericRowData(readingSize + ruleColumns.length);
    row.setField(0, reading.getString(0));
    row.setField(SOURCE, reading.getString(SOURCE));
    row.setField(ENTITY, reading.getString(ENTITY));
    row.setField(METRIC, reading.getString(METRIC));
    row.setField(4, reading.getDouble(4));
    row.setField(5, reading.getTimestamp(5, 3));
    row.setField(6, reading.getTimestamp(6, 3));
    row.setField(LATE, reading.getBoolean(LATE));
    row.setField(8, reading.isNullAt(8) ? null : reading.getMap(8));
    row.setField(9, reading.isNullAt(9) ? null : reading.getString(9));
    row.setField(10, reading.isNullAt(10) ? null : reading.getString(10));
    for (int i = 0; i < ruleColumns.length; i++) {
      row.setField(readingSize + i, ruleColumns[i]);
    }
    return row;
  }

  private static List<DataTypes.Field> fields() {
    List<DataTypes.Field> fields = new ArrayList<>(READING);
    fields.addAll(RULE);
    return fields;
  }

  private static DataType rowOf(List<DataTypes.Field> fields) {
    return DataTypes.ROW(fields.toArray(DataTypes.Field[]::new)).notNull().bridgedTo(RowData.class);
  }
}
