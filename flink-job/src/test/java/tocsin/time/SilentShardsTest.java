package tocsin.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A reader whose shards are all silent, or that has none yet. */
class SilentShardsTest {
  private final HeardWatermarks time = new HeardWatermarks(true);

  @Test
  void theClockStandsStillWhileTheOnlyShardIsThrottled() {
    time.read("0", time.nowMs);
    time.unread.add("0");
    time.nowMs += 60_000;
    time.periodic();
    assertThat(time.said).containsExactly("999899");
  }

  @Test
  void callsItselfIdleOnceWhenAllIsQuietAndActiveWithTheNextReading() {
    time.read("0", 10_000);
    time.nowMs += 6_000;
    time.periodic();
    time.periodic();
    time.read("0", 17_000);
    assertThat(time.said).containsExactly("9899", "15899", "idle", "active", "16899");
  }

  @Test
  void whenAllIsSilentTimeMovesOnAsFarBehindTheClockAsTheNewestRecordWas() {
    time.read("0", time.nowMs - 40);
    time.read("1", time.nowMs - 900);
    time.nowMs += 5_000;
    time.periodic();
    assertThat(time.said).containsExactly("999859");
    time.nowMs += 1;
    time.periodic();
    time.periodic();
    time.nowMs += 200;
    time.periodic();
    assertThat(time.said).containsExactly("999859", "1004860", "idle", "1005060", "idle");
  }

  @Test
  void timeNeverPassesTheClockLessTheBound() {
    time.read("0", time.nowMs + 60_000);
    time.nowMs += 70_000;
    time.periodic();
    time.nowMs += 10_000;
    time.periodic();
    assertThat(time.said).containsExactly("1059899", "1069899", "idle", "1079899", "idle");
  }

  @Test
  void aReaderThatWasCatchingUpMayBeThrottledSoItsTimeWaitsLonger() {
    time.arrivalMs = time.nowMs - 3_600_000;
    time.read("0", time.arrivalMs);
    time.nowMs += 30_000;
    time.periodic();
    assertThat(time.said).containsExactly("-2600101", "idle");
    time.nowMs += 31_000;
    time.periodic();
    assertThat(time.said).containsExactly("-2600101", "idle", "-2539101", "idle");
  }

  @Test
  void aReaderThatHasJustStartedIsNotIdleSoThatNoneOvertakesItsFirstRecords() {
    time.periodic();
    time.nowMs += 5_000;
    time.periodic();
    assertThat(time.said).isEmpty();
    time.read("0", 10_000);
    assertThat(time.said).containsExactly("9899");
  }

  @Test
  void aReaderThatNeverReadAnythingStaysIdle() {
    time.periodic();
    time.nowMs += 5_001;
    time.periodic();
    time.nowMs += 3_600_000;
    time.periodic();
    assertThat(time.said).containsExactly("idle");
  }

  @Test
  void inABoundedRunTheClockMovesNothingAndNoSilenceIsIdle() {
    HeardWatermarks bounded = new HeardWatermarks(false);
    bounded.read("0", 10_000);
    bounded.nowMs += 3_600_000;
    bounded.periodic();
    assertThat(bounded.said).containsExactly("9899");
  }

  @Test
  void inABoundedRunAReaderIsNotIdleBeforeItsFirstReading() {
    HeardWatermarks bounded = new HeardWatermarks(false);
    bounded.periodic();
    assertThat(bounded.said).isEmpty();
    bounded.read("0", 10_000);
    assertThat(bounded.said).containsExactly("9899");
  }
}
