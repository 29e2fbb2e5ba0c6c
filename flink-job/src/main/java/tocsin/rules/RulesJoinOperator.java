package tocsin.rules;

import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.RowData;

/**
 * Runs the rules join behind the exchange of readings, and never says that it is idle. What comes
 * next goes by the slowest of these tasks that are not idle. A task that has not yet heard that a
 * reader woke would hold back nothing, while another has that reader's time already: the readings
 * that come through the first would be behind it, and lost to their windows. Every task hears every
 * reader, so its own time already leaves out the idle ones.
 */
public final class RulesJoinOperator extends ProcessOperator<RowData, Ruled> {
  private static final long serialVersionUID = 1;

  public RulesJoinOperator(RulesJoin join) {
    super(join);
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    ((RulesJoin) userFunction).reach(mark.getTimestamp());
    super.processWatermark(mark);
  }

  /** Goes no further. */
  @Override
  public void processWatermarkStatus(WatermarkStatus status) {}
}
