package tocsin.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.types.DataType;

/**
 * The views {@code limits_rows}, {@code flat_rows} and so on: what {@link RuledReading} says about
 * one kind of rule, in the form that costs least where every reading passes. Flink's generated code
 * copies each text and each nested row in every step, but no number, no time and no bytes. So what
 * is judged by stands in plain columns, {@code series} names rule, source, entity and metric in one
 * value, and all that only an anomaly tells waits in bytes, for the SQL functions {@code READING}
 * and {@code RULE}.
 */
public final class PackedReading {
  private static final List<DataTypes.Field> OF_READING =
      List.of(
          DataTypes.FIELD("series", DataTypes.BYTES().notNull()),
          DataTypes.FIELD("series_hash", DataTypes.INT().notNull()),
          DataTypes.FIELD("value", DataTypes.DOUBLE().notNull()),
          DataTypes.FIELD("event_time", DataTypes.TIMESTAMP_LTZ(3).notNull()),
          DataTypes.FIELD("arrival_time", DataTypes.TIMESTAMP_LTZ(3).notNull()),
          DataTypes.FIELD("late", DataTypes.BOOLEAN().notNull()),
          DataTypes.FIELD("packed_reading", DataTypes.BYTES().notNull()),
          DataTypes.FIELD("packed_rule", DataTypes.BYTES().notNull()),
          DataTypes.FIELD("is_critical", DataTypes.BOOLEAN().notNull()),
          DataTypes.FIELD("rule_retired", DataTypes.BOOLEAN().notNull()),
          DataTypes.FIELD("series_name", DataTypes.BYTES().notNull()));

  private static final List<String> EXPECTATION =
      List.of("expected_seconds", "factor", "min_gaps", "min_seconds");

  /**
   * The kinds of rules that have such a view, and what of a rule they judge by: columns of {@link
   * RuledReading#ruleType} or numbers of {@link RuleKind}.
   */
  private static final Map<String, List<String>> OF_RULE =
      Map.of(
          "limits",
          List.of("low_low", "low", "high", "high_high", "dead_band", "min_duration_ms"),
          "deviation",
          List.of("multiplier", "min_samples", "min_relative_deviation", "hold_readings"),
          "flat",
          List.of("readings", "duration_seconds", "tolerance"),
          "rate",
          List.of("low", "high", "min_interval_seconds", "per"),
          "drift",
          List.of("warm_up", "slack", "threshold"),
          "seasonal",
          List.of("multiplier", "min_samples", "min_relative_deviation", "min_days", "time_zone"),
          "missing",
          EXPECTATION,
          "silence",
          EXPECTATION,
          "sustained",
          List.of("low", "high", "duration_seconds"));

  /** The kinds that wait for the time that {@code event_time} tells. */
  private static final Set<String> BY_TIME = Set.of("missing", "silence", "sustained");

  /** The kinds that have such a view. */
  public static final Set<String> KINDS = OF_RULE.keySet();

  private PackedReading() {}

  public static DataType type(String kind) {
    return DataTypes.ROW(fields(kind).toArray(DataTypes.Field[]::new)).notNull();
  }

  /** The columns; {@code proc_time} is the order of arrival. */
  public static Schema schema(String kind) {
    Schema.Builder schema = RuledReading.schemaOf(fields(kind));
    if (BY_TIME.contains(kind)) {
      schema.watermark("event_time", "SOURCE_WATERMARK()");
    }
    return schema.columnByExpression("proc_time", "PROCTIME()").build();
  }

  /**
   * What a rule puts into the rows of every subject.
   *
   * @param rule as {@link RuledReading} has it
   */
  static OfRule ofRule(Rule from, BinaryRowData rule) {
    Object[] columns =
        OF_RULE.get(from.kind()).stream().map(column -> valueOf(column, from, rule)).toArray();
    return new OfRule(
        bytes(rule),
        from.severity().equals("critical"),
        rule.getBoolean(indexOf("rule_retired")),
        columns);
  }

  /**
   * What a rule and its subject put into every row.
   *
   * @param maxParallelism the number of key groups of the job
   */
  static OfSeries ofSeries(String ruleId, Subject subject, int maxParallelism) {
    int ofRule = StringData.fromString(ruleId).hashCode();
    return new OfSeries(
        Series.of(ruleId, subject, maxParallelism),
        (ofRule * 31 + subject.entity().hashCode()) * 31 + subject.metric().hashCode(),
        Series.nameOf(ruleId, subject));
  }

  private static Object valueOf(String column, Rule from, BinaryRowData rule) {
    int index = indexOf(column);
    return index < 0
        ? from.numbers().get(column)
        : RowData.createFieldGetter(
                RuledReading.RULE.get(index).getDataType().getLogicalType(), index)
            .getFieldOrNull(rule);
  }

  /**
   * One reading beside the columns of a rule. A row of its own: one that lives as long as its
   * series and points to what is new costs the garbage collector more than it saves.
   */
  static RowData row(
      byte[] series,
      Integer hash,
      byte[] name,
      Shared reading,
      TimestampData eventTime,
      OfRule rule) {
    GenericRowData row = new GenericRowData(OF_READING.size() + rule.columns.length);
    row.setField(0, series);
    row.setField(1, hash);
    row.setField(2, reading.value);
    row.setField(3, eventTime);
    row.setField(4, reading.arrivalTime);
    row.setField(5, reading.late);
    row.setField(6, reading.bytes);
    row.setField(7, rule.bytes);
    row.setField(8, rule.isCritical);
    row.setField(9, rule.isRetired);
    row.setField(10, name);
    for (int i = 0; i < rule.columns.length; i++) {
      row.setField(OF_READING.size() + i, rule.columns[i]);
    }
    return row;
  }

  /** Columns that the rows of one series share. */
  record OfSeries(byte[] series, int hash, byte[] name) {}

  /** Columns that the rows of one rule share; boxed once. */
  record OfRule(byte[] bytes, Boolean isCritical, Boolean isRetired, Object[] columns) {}

  /** What the rows of one reading share. */
  record Shared(
      byte[] bytes,
      Double value,
      TimestampData eventTime,
      TimestampData arrivalTime,
      Boolean late) {
    static Shared of(BinaryRowData reading) {
      return new Shared(
          PackedReading.bytes(reading),
          reading.getDouble(4),
          reading.getTimestamp(RuledReading.EVENT_TIME, 3),
          reading.getTimestamp(RuledReading.ARRIVAL_TIME, 3),
          reading.getBoolean(RuledReading.LATE));
    }
  }

  /** The rule's id, source, entity and metric in a value of {@code series_name}. */
  public static String[] namesOf(byte[] seriesName) {
    String text = new String(seriesName, StandardCharsets.UTF_8);
    int ruleStart = text.indexOf('\n') + 1;
    String[] lengths = text.substring(0, ruleStart - 1).split(" ");
    int ruleEnd = ruleStart + Integer.parseInt(lengths[0]);
    int sourceEnd = ruleEnd + 1 + Integer.parseInt(lengths[1]);
    int entityEnd = sourceEnd + 1 + Integer.parseInt(lengths[2]);
    return new String[] {
      text.substring(ruleStart, ruleEnd),
      text.substring(ruleEnd + 1, sourceEnd),
      text.substring(sourceEnd + 1, entityEnd),
      text.substring(entityEnd + 1)
    };
  }

  /** The id of the rule and the metric in a value of {@code series_name}. */
  public static String[] ruleAndMetricOf(byte[] seriesName) {
    String[] names = namesOf(seriesName);
    return new String[] {names[0], names[3]};
  }

  /** The bytes of a row, without a copy where the row has an array to itself. */
  private static byte[] bytes(BinaryRowData row) {
    MemorySegment segment = row.getSegments()[0];
    if (row.getSegments().length == 1
        && row.getOffset() == 0
        && !segment.isOffHeap()
        && segment.getArray().length == row.getSizeInBytes()) {
      return segment.getArray();
    }
    return BinarySegmentUtils.copyToBytes(row.getSegments(), row.getOffset(), row.getSizeInBytes());
  }

  private static List<DataTypes.Field> fields(String kind) {
    List<DataTypes.Field> fields = new ArrayList<>(OF_READING);
    for (String column : OF_RULE.get(kind)) {
      int index = indexOf(column);
      fields.add(
          index < 0
              ? DataTypes.FIELD(column, numberType(kind, column))
              : RuledReading.RULE.get(index));
    }
    return fields;
  }

  private static DataType numberType(String kind, String number) {
    DataType type = DataTypes.DOUBLE();
    return RuleKind.of(kind).alwaysHas(number) ? type.notNull() : type;
  }

  /** Where a rule's row has that column, or −1. */
  private static int indexOf(String column) {
    for (int i = 0; i < RuledReading.RULE.size(); i++) {
      if (RuledReading.RULE.get(i).getName().equals(column)) {
        return i;
      }
    }
    return -1;
  }
}
