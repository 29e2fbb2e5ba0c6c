package tocsin.time;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

/**
 * Time of one reader of several shards. Each (stream, shard, source) has come as far as its newest
 * record less its out-of-order bound; the reader has come as far as the slowest of those that were
 * active lately. So a fast shard does not overtake a slow one, and an idle one holds nobody back.
 * With nothing active at all, time stands still and the reader calls itself idle.
 */
public final class ShardWatermarks implements WatermarkGenerator<RowData> {
  private final RecordColumns columns;
  private final long idleTimeoutMs;
  private final LongSupplier wallClockMs;

  private final Map<Part, Progress> parts = new HashMap<>();
  private Part lastPart;
  private Progress lastProgress;
  private long emitted = Long.MIN_VALUE;
  private boolean idle;

  public ShardWatermarks(RecordColumns columns, long idleTimeoutMs, LongSupplier wallClockMs) {
    this.columns = columns;
    this.idleTimeoutMs = idleTimeoutMs;
    this.wallClockMs = wallClockMs;
  }

  /** Emits at once when time moves on, so that nothing waits for the wall clock. */
  @Override
  public void onEvent(RowData row, long ignored, WatermarkOutput output) {
    if (!columns.isReading(row)) {
      return;
    }
    if (idle) {
      idle = false;
      output.markActive();
    }
    Progress progress = progressOf(row);
    progress.activeAtMs = wallClockMs.getAsLong();
    long reached = columns.eventTimeMs(row) - columns.outOfOrderMs(row) - 1;
    if (reached > progress.reachedMs) {
      boolean mayHoldBack = progress.reachedMs <= emitted;
      progress.reachedMs = reached;
      if (mayHoldBack) {
        emitSlowest(output);
      }
    }
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    long oldest = wallClockMs.getAsLong() - idleTimeoutMs;
    for (Iterator<Progress> each = parts.values().iterator(); each.hasNext(); ) {
      if (each.next().activeAtMs < oldest) {
        each.remove();
        lastPart = null;
      }
    }
    if (!parts.isEmpty()) {
      emitSlowest(output);
    } else if (!idle) {
      idle = true;
      output.markIdle();
    }
  }

  private Progress progressOf(RowData row) {
    Part part = new Part(columns.stream(row), columns.shardId(row), columns.source(row));
    if (!part.equals(lastPart)) {
      lastProgress = parts.computeIfAbsent(part, first -> new Progress());
      lastPart = part;
    }
    return lastProgress;
  }

  private void emitSlowest(WatermarkOutput output) {
    long slowest = Long.MAX_VALUE;
    for (Progress progress : parts.values()) {
      slowest = Math.min(slowest, progress.reachedMs);
    }
    if (slowest > emitted) {
      emitted = slowest;
      output.emitWatermark(new Watermark(slowest));
    }
  }

  private record Part(StringData stream, StringData shardId, StringData source) {}

  private static final class Progress {
    private long reachedMs = Long.MIN_VALUE;
    private long activeAtMs;
  }
}
