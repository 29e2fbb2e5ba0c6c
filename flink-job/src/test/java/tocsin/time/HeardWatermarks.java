package tocsin.time;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/** The time of one reader of pumps and fans on a clock of the test's own, and what it said. */
final class HeardWatermarks {
  private static final RecordColumns COLUMNS =
      new RecordColumns(
          List.of(
              "reason",
              "stream",
              "shard_id",
              "sequence_number",
              "arrival_time",
              "source",
              "entity",
              "metric",
              "value",
              "event_time",
              "out_of_order_ms",
              "labels"));
  private static final long BOUND_MS = 100;
  private static final long FANS_BOUND_MS = 1_000;

  long nowMs = 1_000_000;

  /** When records arrived; 0 for just now. */
  long arrivalMs;

  final List<String> said = new ArrayList<>();
  final Set<String> unread = new HashSet<>();
  private final WatermarkGenerator<RowData> watermarks;

  /**
   * @param clockMovesTime false for a bounded run
   */
  HeardWatermarks(boolean clockMovesTime) {
    watermarks = new ShardWatermarks(COLUMNS, 5_000, clockMovesTime, () -> nowMs, unread::contains);
  }

  /**
   * @param reading what is read: an archive or the stream
   */
  HeardWatermarks(ReadingStarts.Subtask reading) {
    watermarks =
        new WarmWatermarks(
            COLUMNS,
            clock -> new ShardWatermarks(COLUMNS, 5_000, true, clock, unread::contains),
            () -> nowMs,
            reading);
  }

  /** The reader will read these. */
  void await(String... shards) {
    ((ShardWatermarks) watermarks).await(List.of(shards));
  }

  void read(String shard, long eventTimeMs) {
    watermarks.onEvent(row(shard, eventTimeMs), 0, output());
  }

  /** A record of another source, with another bound. */
  void readFans(long eventTimeMs) {
    GenericRowData row = row("0", eventTimeMs);
    row.setField(5, StringData.fromString("fans"));
    row.setField(10, FANS_BOUND_MS);
    watermarks.onEvent(row, 0, output());
  }

  void reject(String shard, long eventTimeMs) {
    GenericRowData reject = row(shard, eventTimeMs);
    reject.setField(0, StringData.fromString("future"));
    watermarks.onEvent(reject, 0, output());
  }

  void periodic() {
    watermarks.onPeriodicEmit(output());
  }

  private GenericRowData row(String shard, long eventTimeMs) {
    GenericRowData row = new GenericRowData(12);
    row.setField(1, StringData.fromString("readings"));
    row.setField(2, StringData.fromString(shard));
    row.setField(4, TimestampData.fromEpochMillis(arrivalMs == 0 ? nowMs : arrivalMs));
    row.setField(5, StringData.fromString("pumps"));
    row.setField(9, TimestampData.fromEpochMillis(eventTimeMs));
    row.setField(10, BOUND_MS);
    return row;
  }

  private WatermarkOutput output() {
    return new WatermarkOutput() {
      @Override
      public void emitWatermark(Watermark watermark) {
        said.add(String.valueOf(watermark.getTimestamp()));
      }

      @Override
      public void markIdle() {
        said.add("idle");
      }

      @Override
      public void markActive() {
        said.add("active");
      }
    };
  }
}
