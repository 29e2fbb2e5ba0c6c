package tocsin.rules;

import org.apache.flink.table.data.binary.BinaryRowData;

/**
 * What a rule adds to each reading that it judges, the same for all subjects.
 *
 * @param row the rule as {@link RuledReading} has it
 * @param columns the rule's part of a {@link PackedReading}, or null where its kind has none
 */
record RuleColumns(
    String id,
    RuleKind kind,
    boolean isOfWholeSource,
    BinaryRowData row,
    PackedReading.OfRule columns) {
  /**
   * @param isRetired the rule judged once and does so no more
   */
  static RuleColumns of(Rule rule, long rulesVersion, boolean isRetired) {
    BinaryRowData row = RuledReading.ruleRow(rule, rulesVersion, isRetired);
    return new RuleColumns(
        rule.id(),
        RuleKind.of(rule.kind()),
        rule.isOfWholeSource(),
        row,
        PackedReading.KINDS.contains(rule.kind()) ? PackedReading.ofRule(rule, row) : null);
  }
}
