package tocsin.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.util.OutputTag;

/**
 * The views {@code limits_rows} and {@code deviation_rows}: what {@code ruled_readings} says about
 * one kind of rule, in the form that costs least where every reading passes. Flink's generated code
 * copies each text and each nested row in every step, but no number, no time and no bytes. So what
 * is judged by stands in plain columns, {@code series} names rule, source, entity and metric in one
 * value, and all that only an anomaly tells waits in bytes, for the SQL functions {@code READING}
 * and {@code RULE}.
 */
public final class PackedReading {
  /** The kinds of rules that judge each reading by itself. */
  public static final List<String> KINDS = List.of("limits", "deviation");

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
          DataTypes.FIELD("is_critical", DataTypes.BOOLEAN().notNull()));

  private static final int OF_RULE = OF_READING.size();

  private PackedReading() {}

  /** Where the rows of one kind of rule leave the rules join. */
  public static OutputTag<RowData> rowsOf(String kind) {
    DataType type = DataTypes.ROW(fields().toArray(DataTypes.Field[]::new)).notNull();
    return new OutputTag<>(kind + "_rows", InternalTypeInfo.of(type.getLogicalType()));
  }

  /** The columns; {@code proc_time} is the order of arrival. */
  public static Schema schema() {
    Schema.Builder schema = Schema.newBuilder();
    for (DataTypes.Field field : fields()) {
      schema.column(field.getName(), field.getDataType());
    }
    return schema.columnByExpression("proc_time", "PROCTIME()").build();
  }

  /**
   * The columns of a rule that every row of one subject shares.
   *
   * @param rule as {@link RuledReading} has it
   */
  static GenericRowData template(
      Rule from, BinaryRowData rule, StringData source, StringData entity, StringData metric) {
    List<DataTypes.Field> fields = fields();
    GenericRowData row = new GenericRowData(fields.size());
    // Lengths first: no two series read alike, whatever characters their names hold.
    String series =
        String.join(
            "\n",
            from.id().length()
                + " "
                + source.toString().length()
                + " "
                + entity.toString().length(),
            from.id(),
            source.toString(),
            entity.toString(),
            metric.toString());
    row.setField(0, series.getBytes(StandardCharsets.UTF_8));
    row.setField(
        1, (rule.getString(0).hashCode() * 31 + entity.hashCode()) * 31 + metric.hashCode());
    row.setField(7, bytes(rule));
    row.setField(8, from.severity().equals("critical"));
    int place = OF_RULE;
    for (int i = 0; i < RuledReading.RULE.size(); i++) {
      if (isPlain(RuledReading.RULE.get(i))) {
        row.setField(
            place++,
            RowData.createFieldGetter(RuledReading.RULE.get(i).getDataType().getLogicalType(), i)
                .getFieldOrNull(rule));
      }
    }
    return row;
  }

  /** The id of the rule and the metric in a value of {@code series}. */
  public static String[] ruleAndMetricOf(byte[] series) {
    String text = new String(series, StandardCharsets.UTF_8);
    int ruleStart = text.indexOf('\n') + 1;
    String[] lengths = text.substring(0, ruleStart - 1).split(" ");
    int ruleEnd = ruleStart + Integer.parseInt(lengths[0]);
    int sourceEnd = ruleEnd + 1 + Integer.parseInt(lengths[1]);
    int entityEnd = sourceEnd + 1 + Integer.parseInt(lengths[2]);
    return new String[] {text.substring(ruleStart, ruleEnd), text.substring(entityEnd + 1)};
  }

  /** One reading beside the columns of a rule. */
  static RowData join(BinaryRowData reading, byte[] bytes, GenericRowData template) {
    GenericRowData row = new GenericRowData(template.getArity());
    for (int i = 0; i < row.getArity(); i++) {
      row.setField(i, template.getField(i));
    }
    row.setField(2, reading.getDouble(4));
    row.setField(3, reading.getTimestamp(5, 3));
    row.setField(4, reading.getTimestamp(6, 3));
    row.setField(5, reading.getBoolean(RuledReading.LATE));
    row.setField(6, bytes);
    return row;
  }

  /** The bytes of a row, without a copy where the row has an array to itself. */
  static byte[] bytes(BinaryRowData row) {
    MemorySegment segment = row.getSegments()[0];
    if (row.getSegments().length == 1
        && row.getOffset() == 0
        && !segment.isOffHeap()
        && segment.getArray().length == row.getSizeInBytes()) {
      return segment.getArray();
    }
    return BinarySegmentUtils.copyToBytes(row.getSegments(), row.getOffset(), row.getSizeInBytes());
  }

  private static List<DataTypes.Field> fields() {
    List<DataTypes.Field> fields = new ArrayList<>(OF_READING);
    RuledReading.RULE.stream().filter(PackedReading::isPlain).forEach(fields::add);
    return fields;
  }

  private static boolean isPlain(DataTypes.Field field) {
    return field.getDataType().getLogicalType().is(LogicalTypeFamily.NUMERIC)
        || field.getName().equals("rule_retired");
  }
}
