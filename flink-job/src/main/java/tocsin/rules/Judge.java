package tocsin.rules;

import java.nio.ByteBuffer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;

/** One rule about one subject: makes the row of each of its readings. */
final class Judge extends Bookmark {
  private final RuleColumns rule;

  /** In fields of its own: a reading finds what is the series' in one place. */
  private final long seriesHead;

  private final long seriesTail;
  private final int seriesHash;
  private final byte[] seriesName;
  private final ArrivalPulse pulse;
  private final WindowPart part;

  /**
   * @param pulse of what is judged, or null for a rule that judges every reading
   * @param maxParallelism the number of key groups of the job
   */
  Judge(RuleColumns rule, Subject subject, ArrivalPulse pulse, int maxParallelism) {
    Subject judged = rule.isOfWholeSource() ? Subject.ofWhole(subject.source()) : subject;
    this.rule = rule;
    PackedReading.OfSeries series = PackedReading.ofSeries(rule.id(), judged, maxParallelism);
    ByteBuffer bytes = ByteBuffer.wrap(series.series());
    this.seriesHead = bytes.getLong();
    this.seriesTail = bytes.getLong();
    this.seriesHash = series.hash();
    this.seriesName = series.name();
    this.pulse = pulse;
    this.part = rule.window() == null ? null : new WindowPart(rule.window(), series);
  }

  RuleKind kind() {
    return rule.kind();
  }

  /** False for a reading that says nothing new to a rule about whether readings come. */
  boolean takes(Ruled ruled) {
    return pulse == null || pulse.beats(ruled.shared.arrivalTime().getMillisecond());
  }

  /** Of a window rule: where its readings are added up. */
  WindowPart part() {
    return part;
  }

  RowData rowOf(Ruled ruled) {
    if (rule.columns() == null) {
      return RuledReading.join(ruled.reading, rule.row());
    }
    TimestampData eventTime = pulse == null ? ruled.shared.eventTime() : ruled.arrivalInTime;
    byte[] series = Series.bytes(seriesHead, seriesTail);
    return PackedReading.row(
        series, seriesHash, seriesName, ruled.shared, eventTime, rule.columns());
  }
}
