package tocsin.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

/** Time of a job that reads an archive of a day ago and then the stream. */
class WarmWatermarksTest {
  private static final long BOUND_MS = 100;
  private static final long NOW_MS = 90_000_000;
  private static final long YESTERDAY_MS = NOW_MS - 86_400_000;

  private long nowMs = NOW_MS;
  private final List<String> said = new ArrayList<>();
  private final ReadingStarts.Subtask reading = new ReadingStarts.Subtask();
  private final Object reader = new Object();
  private final WarmWatermarks watermarks =
      new WarmWatermarks(
          ShardWatermarksTest.COLUMNS,
          clock ->
              new ShardWatermarks(ShardWatermarksTest.COLUMNS, 5_000, true, clock, shard -> false),
          () -> nowMs,
          reading);

  @Test
  void noPauseInTheArchiveMovesTimeOrIsIdle() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    nowMs += 3_600_000;
    periodic();
    read("0", YESTERDAY_MS + 10);
    assertThat(said).containsExactly("active", mark(YESTERDAY_MS), mark(YESTERDAY_MS + 10));
  }

  @Test
  void aShardThatWasSilentThenHoldsNobodyBackHoweverFastTheArchiveIsRead() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    read("1", YESTERDAY_MS + 1_000);
    read("1", YESTERDAY_MS + 3_000);
    assertThat(said).doesNotContain(mark(YESTERDAY_MS + 3_000));
    read("1", YESTERDAY_MS + 6_000);
    assertThat(said.get(said.size() - 1)).isEqualTo(mark(YESTERDAY_MS + 6_000));
  }

  @Test
  void aSilenceOfAllMovesTimeAsItDidThen() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    read("0", YESTERDAY_MS + 60_000);
    assertThat(said).contains(mark(YESTERDAY_MS + 30_000), mark(YESTERDAY_MS + 59_000));
  }

  @Test
  void whatCameSinceTheArchivesEndIsNotLateHoweverLongTheStreamTakes() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    reading.archiveEnds(reader);
    said.clear();
    periodic();
    nowMs += 600_000;
    periodic();
    assertThat(said).containsExactly("active", "idle");
    said.clear();
    read("0", YESTERDAY_MS + 5);
    assertThat(said).containsExactly("active", mark(YESTERDAY_MS + 5));
  }

  @Test
  void behindTheArchiveTimeGoesByTheWallClockAgain() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    reading.archiveEnds(reader);
    read("0", nowMs - 40);
    nowMs += 6_000;
    periodic();
    assertThat(said).contains(mark(nowMs - 40));
  }

  @Test
  void aReaderThatHadNothingHoldsTheOthersBackAsSoonAsItHasAShard() {
    nowMs += 5_001;
    periodic();
    reading.shardsBegin();
    periodic();
    assertThat(said).containsExactly("idle", "active");
  }

  @Test
  void aReaderThatIsClosedBeforeTheArchivesEndReadsNoneAnyMore() {
    reading.archiveBegins(reader);
    reading.archiveEnds(reader);
    reading.archiveEnds(reader);
    assertThat(reading.readsArchive()).isFalse();
    assertThat(reading.starts()).isEqualTo(2);
  }

  private static String mark(long eventTimeMs) {
    return String.valueOf(eventTimeMs - BOUND_MS - 1);
  }

  /** A reading that arrives when it happens. */
  private void read(String shard, long atMs) {
    GenericRowData row = new GenericRowData(12);
    row.setField(1, StringData.fromString("readings"));
    row.setField(2, StringData.fromString(shard));
    row.setField(4, TimestampData.fromEpochMillis(atMs));
    row.setField(5, StringData.fromString("pumps"));
    row.setField(9, TimestampData.fromEpochMillis(atMs));
    row.setField(10, BOUND_MS);
    watermarks.onEvent(row, 0, output());
  }

  private void periodic() {
    watermarks.onPeriodicEmit(output());
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
