package tocsin.time;

import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.RowData;

/**
 * {@link ShardWatermarks} by the clock that fits what is read: the arrival of the records while an
 * archive is, the wall clock behind it. So in the archive a shard falls silent, and time moves on
 * without it, as it did then; a slow read or a pause of S3 moves nothing.
 *
 * <p>At each such change it begins anew, as after a restart: what stands between the archive's end
 * and now has still to be read, and must not be late because of what was known before. It knows
 * which shards its reader was given before the reader gives their first records.
 */
public final class WarmWatermarks implements WatermarkGenerator<RowData> {
  private final RecordColumns columns;
  private final Function<LongSupplier, ShardWatermarks> newWatermarks;
  private final LongSupplier wallClockMs;
  private final ReadingStarts.Subtask reading;

  private int seenStarts;
  private int seenGifts;
  private ShardWatermarks watermarks;

  /** Null while the stream is read. */
  private ArrivalClock archiveClock;

  /**
   * @param newWatermarks makes the watermarks that go by a clock
   * @param reading what the reader before these watermarks reads
   */
  public WarmWatermarks(
      RecordColumns columns,
      Function<LongSupplier, ShardWatermarks> newWatermarks,
      LongSupplier wallClockMs,
      ReadingStarts.Subtask reading) {
    this.columns = columns;
    this.newWatermarks = newWatermarks;
    this.wallClockMs = wallClockMs;
    this.reading = reading;
    begin();
  }

  /** The live job's watermarks. */
  public static WatermarkStrategy<RowData> strategy(
      RecordColumns columns, long idleTimeoutMs, boolean clockMovesTime) {
    return WatermarkStrategy.forGenerator(
        context ->
            new WarmWatermarks(
                columns,
                clock ->
                    new ShardWatermarks(
                        columns, idleTimeoutMs, clockMovesTime, clock, UnreadShards::contains),
                System::currentTimeMillis,
                ReadingStarts.of(subtaskOf(context.getMetricGroup()))));
  }

  private static int subtaskOf(MetricGroup group) {
    return Integer.parseInt(group.getAllVariables().getOrDefault("<subtask_index>", "0"));
  }

  @Override
  public void onEvent(RowData row, long timestampMs, WatermarkOutput output) {
    followReader(output);
    if (archiveClock != null) {
      long arrivalMs = columns.arrivalTime(row).getMillisecond();
      archiveClock.advanceTo(arrivalMs, () -> watermarks.onPeriodicEmit(output));
    }
    watermarks.onEvent(row, timestampMs, output);
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    followReader(output);
    if (archiveClock == null) {
      watermarks.onPeriodicEmit(output);
    }
  }

  private void followReader(WatermarkOutput output) {
    if (reading.starts() != seenStarts) {
      begin();
      output.markActive();
    }
    if (reading.gifts() != seenGifts) {
      seenGifts = reading.gifts();
      watermarks.await(reading.takeGiven());
    }
  }

  private void begin() {
    seenStarts = reading.starts();
    archiveClock = reading.readsArchive() ? new ArrivalClock() : null;
    watermarks = newWatermarks.apply(archiveClock == null ? wallClockMs : archiveClock::nowMs);
  }
}
