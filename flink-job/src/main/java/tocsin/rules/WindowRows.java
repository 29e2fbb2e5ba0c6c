package tocsin.rules;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;

/**
 * The rows of window rules: not one for each reading, as {@link RowsOfKind} makes them, but one for
 * those of a series that were added up ({@link WindowParts}).
 */
public final class WindowRows extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<Ruled, RowData> {
  private static final long serialVersionUID = 1;

  private final WindowSlices slices;
  private transient WindowParts parts;

  public WindowRows(WindowSlices slices) {
    this.slices = slices;
  }

  @Override
  public void open() throws Exception {
    super.open();
    parts = new WindowParts(slices, row -> output.collect(new StreamRecord<>(row)));
  }

  @Override
  public void processElement(StreamRecord<Ruled> element) {
    Ruled ruled = element.getValue();
    // Windows take a late one no more.
    if (!ruled.shared.late() && ruled.judges.mayHave(RuleKind.WINDOW)) {
      add(ruled.judges.current(), ruled.shared);
      add(ruled.judges.retired(), ruled.shared);
    }
  }

  private void add(Judge[] judges, PackedReading.Shared reading) {
    for (Judge judge : judges) {
      if (judge.kind() == RuleKind.WINDOW) {
        parts.add(judge.part(), reading);
      }
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    parts.endUntil(mark.getTimestamp());
    super.processWatermark(mark);
  }

  /** What is added up is in no state of this operator: it goes into that of the windows. */
  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    parts.endAll();
  }
}
