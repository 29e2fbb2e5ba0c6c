package tocsin.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.InternalSerializers;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/**
 * The view {@code novelty_rows}: one row for each reading and each rule of that kind that judges
 * it, and one with {@code rule_retired} for each rule that has ceased to. Other kinds have a view
 * of {@link PackedReading} or, window rules, of {@link WindowPart}. Rows hold the reading and the
 * rule whole, as {@code reading} and {@code rule}: Flink then copies and sends each as one piece of
 * bytes, which takes a fraction of the time of some 25 columns. SQL that only hands on a column
 * until an anomaly is told should take it from there.
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

  static final List<DataTypes.Field> RULE =
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
          DataTypes.FIELD("hold_readings", DataTypes.INT().notNull()),
          DataTypes.FIELD("aggregate", DataTypes.STRING()),
          DataTypes.FIELD("window_kind", DataTypes.STRING()),
          DataTypes.FIELD("min_duration_ms", DataTypes.BIGINT().notNull()),
          DataTypes.FIELD("numbers", DataTypes.MAP(DataTypes.STRING(), DataTypes.DOUBLE())),
          DataTypes.FIELD("time_zone", DataTypes.STRING().notNull()),
          DataTypes.FIELD("per", DataTypes.STRING().notNull()),
          DataTypes.FIELD("rule_retired", DataTypes.BOOLEAN().notNull()));

  private static final String MIN_DURATION = "min_duration_seconds";
  private static final String HOLD_READINGS = "hold_readings";

  /** Numbers with a column of their own, because every reading is judged by them. */
  private static final Set<String> WITH_COLUMN = Set.of(MIN_DURATION, HOLD_READINGS);

  static final int SOURCE = 1;
  static final int ENTITY = 2;
  static final int METRIC = 3;
  static final int EVENT_TIME = 5;
  static final int ARRIVAL_TIME = 6;
  static final int LATE = 7;

  private static final RowType RULE_TYPE = (RowType) rowOf(RULE).getLogicalType();

  private RuledReading() {}

  public static DataType readingType() {
    return rowOf(READING);
  }

  /** What a reading is of. */
  static Subject subjectOf(RowData reading) {
    return new Subject(
        reading.getString(SOURCE), reading.getString(ENTITY), reading.getString(METRIC));
  }

  /** By what readings are sent to the task that judges them; equal for readings of one subject. */
  public static int hashOf(RowData reading) {
    return subjectOf(reading).hashCode();
  }

  public static DataType ruleType() {
    return rowOf(RULE);
  }

  /** Type of the rows that {@link #join} makes. */
  public static DataType type() {
    return rowOf(fields());
  }

  /**
   * Columns of the rows that {@link #join} makes; event time is what windows run on, {@code
   * proc_time} the order of arrival.
   */
  public static Schema schema() {
    return schemaOf(fields())
        .columnByExpression("proc_time", "PROCTIME()")
        .watermark("event_time", "SOURCE_WATERMARK()")
        .build();
  }

  static Schema.Builder schemaOf(List<DataTypes.Field> fields) {
    Schema.Builder schema = Schema.newBuilder();
    for (DataTypes.Field field : fields) {
      schema.column(field.getName(), field.getDataType());
    }
    return schema;
  }

  /** SQL of a view such as {@code novelty_rows} of a table of such rows. */
  public static String view(String name, String table) {
    List<String> columns = new ArrayList<>();
    for (DataTypes.Field field : fields()) {
      columns.add("`" + field.getName() + "`");
    }
    for (DataTypes.Field field : READING) {
      addNested("reading", field, columns);
    }
    for (DataTypes.Field field : RULE) {
      addNested("rule", field, columns);
    }
    return "CREATE TEMPORARY VIEW "
        + name
        + " AS SELECT "
        + String.join(", ", columns)
        + ", proc_time FROM "
        + table;
  }

  private static void addNested(String row, DataTypes.Field field, List<String> columns) {
    String column = "`" + field.getName() + "`";
    if (!columns.contains(column)) {
      columns.add("`" + row + "`." + column + " AS " + column);
    }
  }

  /**
   * What a rule adds to each reading that it judges: itself, whole.
   *
   * @param retired the rule judged once and does so no more: what it has open must clear
   */
  static BinaryRowData ruleRow(Rule rule, long rulesVersion, boolean retired) {
    GenericRowData row =
        GenericRowData.of(
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
            rule.numbers().getOrDefault(HOLD_READINGS, 0.0).intValue(),
            StringData.fromString(rule.aggregate()),
            StringData.fromString(rule.windowKind()),
            Math.round(rule.numbers().getOrDefault(MIN_DURATION, 0.0) * 1_000),
            numbers(rule),
            StringData.fromString(rule.timeZone()),
            StringData.fromString(rule.per()),
            retired);
    return InternalSerializers.create(RULE_TYPE).toBinaryRow(row).copy();
  }

  /** Null where there is none: most readings are judged by limits, and carry their rule along. */
  private static GenericMapData numbers(Rule rule) {
    Map<StringData, Double> numbers = new HashMap<>();
    for (Map.Entry<String, Double> each : rule.numbers().entrySet()) {
      if (!WITH_COLUMN.contains(each.getKey())) {
        numbers.put(StringData.fromString(each.getKey()), each.getValue());
      }
    }
    return numbers.isEmpty() ? null : new GenericMapData(numbers);
  }

  /** One row of the view. */
  static RowData join(RowData reading, BinaryRowData rule) {
    return GenericRowData.of(
        rule.getString(0),
        rule.getString(1),
        reading.getString(SOURCE),
        reading.getString(ENTITY),
        reading.getString(METRIC),
        reading.getDouble(4),
        reading.getTimestamp(EVENT_TIME, 3),
        reading.getTimestamp(ARRIVAL_TIME, 3),
        reading.getBoolean(LATE),
        reading,
        rule);
  }

  /** The columns that SQL partitions, filters and judges by, and the two rows with all there is. */
  private static List<DataTypes.Field> fields() {
    List<DataTypes.Field> fields = new ArrayList<>(RULE.subList(0, 2));
    fields.addAll(READING.subList(SOURCE, 8));
    fields.add(DataTypes.FIELD("reading", DataTypes.ROW(array(READING)).notNull()));
    fields.add(DataTypes.FIELD("rule", DataTypes.ROW(array(RULE)).notNull()));
    return fields;
  }

  private static DataType rowOf(List<DataTypes.Field> fields) {
    return DataTypes.ROW(array(fields)).notNull().bridgedTo(RowData.class);
  }

  private static DataTypes.Field[] array(List<DataTypes.Field> fields) {
    return fields.toArray(DataTypes.Field[]::new);
  }
}
