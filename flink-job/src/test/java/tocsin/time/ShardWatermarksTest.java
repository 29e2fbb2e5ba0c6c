package tocsin.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class ShardWatermarksTest {
  static final RecordColumns COLUMNS =
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

  private long nowMs = 1_000_000;
  private long arrivalMs;
  private final List<String> said = new ArrayList<>();
  private final Set<String> unread = new HashSet<>();
  private final ShardWatermarks watermarks =
      new ShardWatermarks(COLUMNS, 5_000, true, () -> nowMs, unread::contains);

  @Test
  void comesAsFarAsTheNewestRecordLessItsBound() {
    read("0", 10_000);
    read("0", 9_000);
    read("0", 12_000);
    assertThat(said).containsExactly("9899", "11899");
  }

  @Test
  void aFastShardDoesNotOvertakeASlowOne() {
    read("0", 10_000);
    read("1", 10_050);
    read("1", 90_000);
    read("0", 10_200);
    assertThat(said).containsExactly("9899", "10099");
  }

  @Test
  void anIdleShardHoldsNobodyBack() {
    read("0", 10_000);
    read("1", 20_000);
    nowMs += 3_000;
    read("1", 30_000);
    nowMs += 3_000;
    periodic();
    assertThat(said).containsExactly("9899", "29899");
  }

  @Test
  void aThrottledShardIsNotIdleSoTheRecordsThatWaitInItDoNotBecomeLate() {
    read("0", 10_000);
    read("1", 20_000);
    unread.add("0");
    nowMs += 30_000;
    read("1", 50_000);
    periodic();
    read("0", 11_000);
    unread.clear();
    nowMs += 5_001;
    read("1", 60_000);
    periodic();
    assertThat(said).containsExactly("9899", "10899", "59899");
  }

  @Test
  void aThrottledShardDoesNotHoldTheWindowsForGood() {
    read("0", 10_000);
    unread.add("0");
    nowMs += 60_000;
    read("1", 70_000);
    periodic();
    assertThat(said).containsExactly("9899");
    nowMs += 1;
    periodic();
    assertThat(said).containsExactly("9899", "69899");
  }

  @Test
  void theClockStandsStillWhileTheOnlyShardIsThrottled() {
    read("0", nowMs);
    unread.add("0");
    nowMs += 60_000;
    periodic();
    assertThat(said).containsExactly("999899");
  }

  @Test
  void aShardThatComesBackDoesNotTurnTimeBack() {
    read("0", 10_000);
    read("1", 50_000);
    nowMs += 4_000;
    read("1", 50_001);
    nowMs += 2_000;
    periodic();
    read("0", 20_000);
    read("1", 60_000);
    assertThat(said).containsExactly("9899", "49900");
  }

  @Test
  void callsItselfIdleOnceWhenAllIsQuietAndActiveWithTheNextReading() {
    read("0", 10_000);
    nowMs += 6_000;
    periodic();
    periodic();
    read("0", 17_000);
    assertThat(said).containsExactly("9899", "15899", "idle", "active", "16899");
  }

  @Test
  void whenAllIsSilentTimeMovesOnAsFarBehindTheClockAsTheNewestRecordWas() {
    read("0", nowMs - 40);
    read("1", nowMs - 900);
    nowMs += 5_000;
    periodic();
    assertThat(said).containsExactly("999859");
    nowMs += 1;
    periodic();
    periodic();
    nowMs += 200;
    periodic();
    assertThat(said).containsExactly("999859", "1004860", "idle", "1005060", "idle");
  }

  @Test
  void timeNeverPassesTheClockLessTheBound() {
    read("0", nowMs + 60_000);
    nowMs += 70_000;
    periodic();
    nowMs += 10_000;
    periodic();
    assertThat(said).containsExactly("1059899", "1069899", "idle", "1079899", "idle");
  }

  @Test
  void aReaderThatWasCatchingUpMayBeThrottledSoItsTimeWaitsLonger() {
    arrivalMs = nowMs - 3_600_000;
    read("0", arrivalMs);
    nowMs += 30_000;
    periodic();
    assertThat(said).containsExactly("-2600101", "idle");
    nowMs += 31_000;
    periodic();
    assertThat(said).containsExactly("-2600101", "idle", "-2539101", "idle");
  }

  @Test
  void aReaderThatHasJustStartedIsNotIdleSoThatNoneOvertakesItsFirstRecords() {
    periodic();
    nowMs += 5_000;
    periodic();
    assertThat(said).isEmpty();
    read("0", 10_000);
    assertThat(said).containsExactly("9899");
  }

  @Test
  void aReaderThatNeverReadAnythingStaysIdle() {
    periodic();
    nowMs += 5_001;
    periodic();
    nowMs += 3_600_000;
    periodic();
    assertThat(said).containsExactly("idle");
  }

  @Test
  void inABoundedRunTheClockMovesNothingAndNoSilenceIsIdle() {
    ShardWatermarks bounded =
        new ShardWatermarks(COLUMNS, 5_000, false, () -> nowMs, unread::contains);
    bounded.onEvent(row("0", 10_000), 0, output());
    nowMs += 3_600_000;
    bounded.onPeriodicEmit(output());
    assertThat(said).containsExactly("9899");
  }

  @Test
  void inABoundedRunReadingsAreNotIdleBeforeTheFirstSoThatTheEndOfTheRulesIsNotTheirs() {
    ShardWatermarks bounded =
        new ShardWatermarks(COLUMNS, 5_000, false, () -> nowMs, unread::contains);
    bounded.onPeriodicEmit(output());
    assertThat(said).isEmpty();
    bounded.onEvent(row("0", 10_000), 0, output());
    assertThat(said).containsExactly("9899");
  }

  @Test
  void eachSourceOfAShardHasItsOwnBound() {
    read("0", 10_000);
    readFans(20_000);
    read("0", 30_000);
    assertThat(said).containsExactly("9899", "18999");
  }

  private void readFans(long eventTimeMs) {
    GenericRowData row = row("0", eventTimeMs);
    row.setField(5, StringData.fromString("fans"));
    row.setField(10, 1_000L);
    watermarks.onEvent(row, 0, output());
  }

  @Test
  void aRejectMovesNothing() {
    GenericRowData reject = row("0", 99_000);
    reject.setField(0, StringData.fromString("future"));
    watermarks.onEvent(reject, 0, output());
    assertThat(said).isEmpty();
  }

  private void read(String shard, long eventTimeMs) {
    watermarks.onEvent(row(shard, eventTimeMs), 0, output());
  }

  private void periodic() {
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
