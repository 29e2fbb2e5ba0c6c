package tocsin.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Shards that are read move time, each with its sources, as far as the slowest. */
class ShardWatermarksTest {
  private final HeardWatermarks time = new HeardWatermarks(true);

  @Test
  void comesAsFarAsTheNewestRecordLessItsBound() {
    time.read("0", 10_000);
    time.read("0", 9_000);
    time.read("0", 12_000);
    assertThat(time.said).containsExactly("9899", "11899");
  }

  @Test
  void aFastShardDoesNotOvertakeASlowOne() {
    time.read("0", 10_000);
    time.read("1", 10_050);
    time.read("1", 90_000);
    time.read("0", 10_200);
    assertThat(time.said).containsExactly("9899", "10099");
  }

  @Test
  void aShardThatIsReadFirstDoesNotPutTimePastTheBacklogOfAnother() {
    time.await("0", "1");
    time.read("0", 90_000);
    time.periodic();
    time.read("1", 10_000);
    time.read("1", 10_200);
    assertThat(time.said).containsExactly("9899", "10099");
  }

  @Test
  void aShardThatGivesNothingHoldsTimeNoLongerThanOneThatFellSilent() {
    time.await("0", "1");
    time.read("0", 10_000);
    time.nowMs += 5_000;
    time.read("0", 10_100);
    time.periodic();
    assertThat(time.said).isEmpty();
    time.nowMs += 1;
    time.periodic();
    assertThat(time.said).containsExactly("9999");
  }

  @Test
  void aReaderWhoseShardsAreStillToComeIsNotIdle() {
    time.nowMs += 4_000;
    time.await("0");
    time.nowMs += 5_000;
    time.periodic();
    assertThat(time.said).isEmpty();
    time.nowMs += 1;
    time.periodic();
    assertThat(time.said).containsExactly("idle");
  }

  @Test
  void anIdleShardHoldsNobodyBack() {
    time.read("0", 10_000);
    time.read("1", 20_000);
    time.nowMs += 3_000;
    time.read("1", 30_000);
    time.nowMs += 3_000;
    time.periodic();
    assertThat(time.said).containsExactly("9899", "29899");
  }

  @Test
  void aThrottledShardIsNotIdleSoTheRecordsThatWaitInItDoNotBecomeLate() {
    time.read("0", 10_000);
    time.read("1", 20_000);
    time.unread.add("0");
    time.nowMs += 30_000;
    time.read("1", 50_000);
    time.periodic();
    time.read("0", 11_000);
    time.unread.clear();
    time.nowMs += 5_001;
    time.read("1", 60_000);
    time.periodic();
    assertThat(time.said).containsExactly("9899", "10899", "59899");
  }

  @Test
  void aThrottledShardDoesNotHoldTheWindowsForGood() {
    time.read("0", 10_000);
    time.unread.add("0");
    time.nowMs += 60_000;
    time.read("1", 70_000);
    time.periodic();
    assertThat(time.said).containsExactly("9899");
    time.nowMs += 1;
    time.periodic();
    assertThat(time.said).containsExactly("9899", "69899");
  }

  @Test
  void aShardThatComesBackDoesNotTurnTimeBack() {
    time.read("0", 10_000);
    time.read("1", 50_000);
    time.nowMs += 4_000;
    time.read("1", 50_001);
    time.nowMs += 2_000;
    time.periodic();
    time.read("0", 20_000);
    time.read("1", 60_000);
    assertThat(time.said).containsExactly("9899", "49900");
  }

  @Test
  void eachSourceOfAShardHasItsOwnBound() {
    time.read("0", 10_000);
    time.readFans(20_000);
    time.read("0", 30_000);
    assertThat(time.said).containsExactly("9899", "18999");
  }

  @Test
  void aRejectMovesNothing() {
    time.reject("0", 99_000);
    assertThat(time.said).isEmpty();
  }
}
