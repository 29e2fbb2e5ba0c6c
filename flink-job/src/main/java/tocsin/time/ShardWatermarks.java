package tocsin.time;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

/**
 * Time of one reader of several shards. Each (stream, shard, source) has come as far as its newest
 * record less its out-of-order bound; the reader has come as far as the slowest of those that were
 * active lately. So a fast shard does not overtake a slow one, and an idle one holds nobody back. A
 * shard that holds records and cannot be read, throttled for example, is not idle: it counts
 * {@value #CATCH_UP_PATIENCE} times as long, and no longer, since a shard must not stop the windows
 * for good. Neither is a reader that has only just started: others that are sooner at their backlog
 * must not move time past what it is about to read.
 *
 * <p>When every shard of the reader is silent, its time moves on with the wall clock, so that
 * windows end although nothing comes: as far behind the clock as the newest record was when it was
 * read. Between two such steps the reader calls itself idle, so that it holds back no other reader.
 * A reader that was still catching up may merely be throttled: its time stands still until it has
 * been silent for {@value #CATCH_UP_PATIENCE} times as long, so that no backlog becomes late.
 */
public final class ShardWatermarks implements WatermarkGenerator<RowData> {
  private static final int CATCH_UP_PATIENCE = 12;

  private final RecordColumns columns;
  private final long idleTimeoutMs;
  private final boolean clockMovesTime;
  private final LongSupplier wallClockMs;
  private final Predicate<String> isUnread;

  private final Map<Part, Progress> parts = new HashMap<>();

  /** Shards that will be read and gave no record yet, and since when they are known. */
  private final Map<String, Long> awaited = new HashMap<>();

  private Part lastPart;
  private Progress lastProgress;
  private long emitted = Long.MIN_VALUE;
  private boolean idle;

  /** How far time lay ahead of the wall clock with the newest record of a shard; below zero. */
  private long aheadOfClockMs = Long.MIN_VALUE;

  /** Since its start, or its newest record since. */
  private long silentSinceMs;

  private boolean wasCatchingUp;

  /**
   * @param idleTimeoutMs silence after which a shard counts no more
   * @param clockMovesTime false in a bounded run, whose results must not depend on its speed
   * @param isUnread whether the shard of this id holds records that could not be read yet
   */
  public ShardWatermarks(
      RecordColumns columns,
      long idleTimeoutMs,
      boolean clockMovesTime,
      LongSupplier wallClockMs,
      Predicate<String> isUnread) {
    this.columns = columns;
    this.idleTimeoutMs = idleTimeoutMs;
    this.clockMovesTime = clockMovesTime;
    this.wallClockMs = wallClockMs;
    this.isUnread = isUnread;
    this.silentSinceMs = wallClockMs.getAsLong();
  }

  /**
   * Says that these shards will be read. Time stands still until each gave a record, or was silent
   * as long as makes a shard idle: of a backlog in several shards the first one read must not put
   * time past the others.
   */
  void await(List<String> shardIds) {
    long nowMs = wallClockMs.getAsLong();
    shardIds.forEach(shardId -> awaited.put(shardId, nowMs));
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
    boolean wasAwaited =
        !awaited.isEmpty() && awaited.remove(columns.shardId(row).toString()) != null;
    Progress progress = progressOf(row);
    long nowMs = wallClockMs.getAsLong();
    progress.activeAtMs = nowMs;
    progress.lagMs = nowMs - columns.arrivalTime(row).getMillisecond();
    progress.boundMs = columns.outOfOrderMs(row);
    long reached = columns.eventTimeMs(row) - progress.boundMs - 1;
    if (reached > progress.reachedMs) {
      boolean mayHoldBack = wasAwaited || progress.reachedMs <= emitted;
      progress.reachedMs = reached;
      if (mayHoldBack) {
        emitSlowest(output);
      }
    }
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    long nowMs = wallClockMs.getAsLong();
    for (var each = parts.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Part, Progress> part = each.next();
      if (isIdle(part.getKey().shardId().toString(), nowMs - part.getValue().activeAtMs)) {
        each.remove();
        lastPart = null;
        fallSilent(part.getValue());
      }
    }
    awaited.entrySet().removeIf(each -> isIdle(each.getKey(), nowMs - each.getValue()));
    if (!awaited.isEmpty()) {
      return;
    }
    if (!parts.isEmpty()) {
      emitSlowest(output);
      return;
    }
    if (!clockMovesTime) {
      // In a bounded run the end of the input moves time, whatever the pauses before it.
      return;
    }
    emitClock(nowMs, output);
    if (!idle && nowMs - silentSinceMs > idleTimeoutMs) {
      idle = true;
      output.markIdle();
    }
  }

  private boolean isIdle(String shardId, long silentMs) {
    return silentMs > idleTimeoutMs
        && (silentMs > CATCH_UP_PATIENCE * idleTimeoutMs || !isUnread.test(shardId));
  }

  private void fallSilent(Progress progress) {
    // A clock of this machine that is behind that of the stream must not put time ahead.
    long aheadMs = Math.min(progress.reachedMs - progress.activeAtMs, -progress.boundMs - 1);
    aheadOfClockMs = Math.max(aheadOfClockMs, aheadMs);
    if (progress.activeAtMs >= silentSinceMs) {
      silentSinceMs = progress.activeAtMs;
      wasCatchingUp = progress.lagMs > idleTimeoutMs;
    }
  }

  private void emitClock(long nowMs, WatermarkOutput output) {
    long patienceMs = wasCatchingUp ? CATCH_UP_PATIENCE * idleTimeoutMs : idleTimeoutMs;
    if (aheadOfClockMs == Long.MIN_VALUE || nowMs - silentSinceMs < patienceMs) {
      return;
    }
    long reached = nowMs + aheadOfClockMs;
    if (reached > emitted) {
      emitted = reached;
      // Emitting calls the reader active, and so ahead of the others; it is not.
      output.emitWatermark(new Watermark(reached));
      idle = false;
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
    if (!awaited.isEmpty()) {
      return;
    }
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
    private long boundMs;

    /** Time from the last record's arrival until it was read here. */
    private long lagMs;
  }
}
