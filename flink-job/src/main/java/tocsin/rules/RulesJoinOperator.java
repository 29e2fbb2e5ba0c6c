package tocsin.rules;

import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.RowData;

/**
 * Runs the rules join behind the exchange of readings, and never says that it is idle. What comes
 * next goes by the slowest of these tasks that are not idle. A task that has not yet heard that a
 * reader woke would hold back nothing, while another has that reader's time already: the readings
 * that come through the first would be behind it, and lost to their windows. Every task hears every
 * reader, so its own time already leaves out the idle ones.
 */
public final class RulesJoinOperator extends ProcessOperator<RowData, RowData> {
  private static final long serialVersionUID = 2;

  private final WindowSlices slices;
  private transient WindowParts parts;

  public RulesJoinOperator(RulesJoin join, WindowSlices slices) {
    super(join);
    this.slices = slices;
  }

  @Override
  public void open() throws Exception {
    parts =
        new WindowParts(
            slices,
            row -> output.collect(RulesJoin.rowsOf(WindowPart.KIND), new StreamRecord<>(row)));
    join().addUpIn(parts);
    super.open();
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    join().reach(mark.getTimestamp());
    parts.endUntil(mark.getTimestamp());
    super.processWatermark(mark);
  }

  /** What is added up is in no state of this operator: it goes into that of the windows. */
  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    parts.endAll();
  }

  /** Goes no further. */
  @Override
  public void processWatermarkStatus(WatermarkStatus status) {}

  private RulesJoin join() {
    return (RulesJoin) userFunction;
  }
}
