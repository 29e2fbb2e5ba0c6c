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
 * @param rule as {@link RuledReading} has it
 * @param isOfWholeSource it judges a source, not an entity and a metric
 * @param isAboutArrival it judges that readings come, and not what they say
 * @param rows where the rows of its kind go
 * @param packed what it adds to packed rows, or null when its kind has none
 * @param part of a window rule: where its readings are added up; else null
 */
record Judge(
    BinaryRowData rule,
    boolean isOfWholeSource,
    boolean isAboutArrival,
    OutputTag<RowData> rows,
    GenericRowData packed,
    WindowPart part) {
  static final Map<String, OutputTag<RowData>> ROWS_OF_KIND =
      RuleKind.words().stream().collect(Collectors.toMap(Function.identity(), Judge::rowsOf));

  /**
   * @param isRetired the rule judged once and does so no more
   * @param maxParallelism the number of key groups of the job
   */
  static Judge of(
      Rule rule, long rulesVersion, boolean isRetired, Subject subject, int maxParallelism) {
    BinaryRowData row = RuledReading.ruleRow(rule, rulesVersion, isRetired);
    Subject judged = rule.isOfWholeSource() ? Subject.ofWhole(subject.source()) : subject;
    byte[] series = Series.of(rule.id(), judged, maxParallelism);
    return new Judge(
        row,
        rule.isOfWholeSource(),
        rule.isAboutArrival(),
        ROWS_OF_KIND.get(rule.kind()),
        PackedReading.KINDS.contains(rule.kind())
            ? PackedReading.template(rule, row, judged, series)
            : null,
        rule.kind().equals(WindowPart.KIND)
            ? new WindowPart(rule, rulesVersion, isRetired, judged, series)
            : null);
  }

  private static OutputTag<RowData> rowsOf(String kind) {
    return new OutputTag<>(kind + "_rows", InternalTypeInfo.of(typeOf(kind).getLogicalType()));
  }

  private static DataType typeOf(String kind) {
    if (kind.equals(WindowPart.KIND)) {
      return WindowPart.type();
    }
    return PackedReading.KINDS.contains(kind) ? PackedReading.type(kind) : RuledReading.type();
  }
}
