package tocsin.rules;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.OutputTag;

/**
 * What a rule adds to each reading of a subject.
 *
 * @param rows where the rows of its kind go
 * @param packed what it adds to packed rows, or null when its kind has none
 */
record Judge(Object[] ruleColumns, OutputTag<RowData> rows, GenericRowData packed) {
  static final Map<String, OutputTag<RowData>> ROWS_OF_KIND =
      RuleKind.words().stream().collect(Collectors.toMap(Function.identity(), Judge::rowsOf));

  /**
   * @param isRetired the rule judged once and does so no more
   * @param maxParallelism the number of key groups of the job
   */
  static Judge of(
      Rule rule, long rulesVersion, boolean isRetired, Subject subject, int maxParallelism) {
    Object[] columns = RuledReading.ruleColumns(rule, rulesVersion, isRetired);
    return new Judge(
        columns,
        ROWS_OF_KIND.get(rule.kind()),
        PackedReading.KINDS.contains(rule.kind())
            ? PackedReading.template(
                rule,
                (BinaryRowData) columns[2],
                subject,
                Series.of(rule.id(), subject, maxParallelism))
            : null);
  }

  private static OutputTag<RowData> rowsOf(String kind) {
    DataType type =
        PackedReading.KINDS.contains(kind) ? PackedReading.type(kind) : RuledReading.type();
    return new OutputTag<>(kind + "_rows", InternalTypeInfo.of(type.getLogicalType()));
  }

  boolean isOfWholeSource() {
    return RuledReading.isOfWholeSource(ruleColumns);
  }
}
