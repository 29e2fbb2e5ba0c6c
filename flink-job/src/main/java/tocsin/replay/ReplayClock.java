package tocsin.replay;

import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.RowData;
import tocsin.time.ArrivalClock;
import tocsin.time.RecordColumns;
import tocsin.time.ShardWatermarks;

/**
 * Watermarks of a replay: those that the live job would have had. The clock is the arrival of the
 * records, so a shard falls silent, and time moves on without it, as it did then, and not as fast
 * as the file can be read. Each look at the clock comes before the record that moves it, because
 * the live job had looked before that record came.
 *
 * <p>The end of the file is no end of time: what was not over when the replay ends (a window, a
 * silence) was not told then either.
 */
public final class ReplayClock extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1;

  private final RecordColumns columns;
  private final long idleTimeoutMs;
  private final long untilMs;
  private final String clockFile;

  private transient ShardWatermarks watermarks;
  private transient Emitted emitted;
  private transient ArrivalClock clock;

  /**
   * @param untilMs the clock at the end of the replay: time passes from the last record until then
   * @param clockFile gets the way of the watermark, see {@link ClockFile}
   */
  public ReplayClock(RecordColumns columns, long idleTimeoutMs, long untilMs, String clockFile) {
    this.columns = columns;
    this.idleTimeoutMs = idleTimeoutMs;
    this.untilMs = untilMs;
    this.clockFile = clockFile;
  }

  @Override
  public void open() throws Exception {
    super.open();
    clock = new ArrivalClock();
    watermarks = new ShardWatermarks(columns, idleTimeoutMs, true, clock::nowMs, shard -> false);
    emitted = new Emitted(new ClockFile(Path.of(clockFile), ArrivalClock.SILENT_LOOK_MS));
  }

  @Override
  public void close() throws Exception {
    if (emitted != null) {
      emitted.file.close();
    }
    super.close();
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    RowData row = element.getValue();
    advanceTo(columns.arrivalTime(row).getMillisecond());
    output.collect(element);
    watermarks.onEvent(row, 0, emitted);
    emitted.forward();
  }

  private void advanceTo(long arrivalMs) {
    clock.advanceTo(arrivalMs, () -> watermarks.onPeriodicEmit(emitted));
    emitted.forward();
  }

  @Override
  public void processWatermark(Watermark mark) {
    if (mark.getTimestamp() == Long.MAX_VALUE && clock.nowMs() != Long.MIN_VALUE) {
      advanceTo(untilMs);
    }
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) {
    // Only the records of the replay move its time.
  }

  /**
   * Time goes on downstream once before each record: in a silence nothing comes that could depend
   * on a watermark in between. A replay has one reader, so there is no other that its idleness
   * could hold back.
   */
  private final class Emitted implements WatermarkOutput {
    private final ClockFile file;
    private long reachedMs = Long.MIN_VALUE;
    private long forwardedMs = Long.MIN_VALUE;

    Emitted(ClockFile file) {
      this.file = file;
    }

    @Override
    public void emitWatermark(org.apache.flink.api.common.eventtime.Watermark watermark) {
      reachedMs = watermark.getTimestamp();
      file.reached(clock.nowMs(), reachedMs);
    }

    void forward() {
      if (reachedMs > forwardedMs) {
        forwardedMs = reachedMs;
        output.emitWatermark(new Watermark(reachedMs));
      }
    }

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}
  }
}
