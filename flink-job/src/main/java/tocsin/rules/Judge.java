package tocsin.rules;

import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;

/** One rule about one subject: makes the row of each of its readings. */
final class Judge {
  private final RuleColumns rule;
  private final PackedReading.OfSeries series;
  private final ArrivalPulse pulse;

  /**
   * @param pulse of what is judged, or null for a rule that judges every reading
   * @param maxParallelism the number of key groups of the job
   */
  Judge(RuleColumns rule, Subject subject, ArrivalPulse pulse, int maxParallelism) {
    Subject judged = rule.isOfWholeSource() ? Subject.ofWhole(subject.source()) : subject;
    this.rule = rule;
    this.series = PackedReading.ofSeries(rule.id(), judged, maxParallelism);
    this.pulse = pulse;
  }

  RuleKind kind() {
    return rule.kind();
  }

  /** False for a reading that says nothing new to a rule about whether readings come. */
  boolean takes(Ruled ruled) {
    return pulse == null || pulse.beats(ruled.shared.arrivalTime().getMillisecond());
  }

  RowData rowOf(Ruled ruled) {
    if (rule.columns() == null) {
      return RuledReading.join(ruled.reading, rule.row());
    }
    TimestampData eventTime = pulse == null ? ruled.shared.eventTime() : ruled.arrivalInTime;
    return PackedReading.row(series, ruled.shared, eventTime, rule.columns());
  }
}
