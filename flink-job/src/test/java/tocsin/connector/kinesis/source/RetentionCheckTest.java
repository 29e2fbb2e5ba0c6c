package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tocsin.connector.kinesis.source.Shards.id;
import static tocsin.connector.kinesis.source.Shards.record;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class RetentionCheckTest {
  private static final Instant LONG_AGO = Shards.START.minus(Duration.ofHours(30));
  private static final long NEAR_A_DAY_MS = Duration.ofHours(23).toMillis();

  private final FakeStream stream = new FakeStream();
  private final ListeningMetrics metrics = new ListeningMetrics();
  private final SettableClock clock = new SettableClock();
  private final RetentionCheck check =
      new RetentionCheck(
          id(0),
          stream,
          Shards.SETTINGS,
          new SourceMetrics(metrics, Shards.SETTINGS.stream(), clock).shard(id(0)),
          clock);

  @Test
  void asksNothingWhereThePositionWasReadToLessThanADayAgo() {
    check.before(Position.after("42"), Shards.START.minus(Duration.ofHours(23)));
    check.before(Position.at(Shards.START.minus(Duration.ofHours(23))), null);
    check.before(Position.trimHorizon(), null);
    assertThat(stream.iteratorsAskedFor).isEmpty();
    assertThat(gaps()).isZero();
  }

  @Test
  void findsNoGapWhereTheStreamStillHoldsTheLastRecordRead() {
    oldestIs("42");
    check.before(Position.after("42"), LONG_AGO);
    check.before(Position.after("1000"), null);
    assertThat(gaps()).isZero();
    assertThat(stream.iteratorsAskedFor).containsOnly(Position.trimHorizon()).hasSize(2);
  }

  @Test
  void countsAGapWhereTheOldestRecordIsBehindThePosition() {
    oldestIs("1000");
    check.before(Position.after("999"), LONG_AGO);
    assertThat(gaps()).isEqualTo(1);
  }

  @Test
  void countsAGapAlsoWhereNobodyKnowsUntilWhenTheShardWasRead() {
    oldestIs("1000");
    check.before(Position.after("999"), null);
    assertThat(gaps()).isEqualTo(1);
  }

  @Test
  void countsAGapWhereAStartInstantLiesBeforeTheOldestRecord() {
    oldestIs("1000");
    check.before(Position.at(LONG_AGO), null);
    assertThat(gaps()).isEqualTo(1);
  }

  @Test
  void countsAGapWhereAShardReadLongAgoHoldsNothingAnyMore() {
    stream.answer = shardId -> new ShardRead(List.of(), "next", 0);
    check.before(Position.after("42"), LONG_AGO);
    assertThat(gaps()).isEqualTo(1);
  }

  @Test
  void readsOnThroughEmptyAnswersToTheOldestRecord() {
    Queue<ShardRead> answers = new ArrayDeque<>();
    answers.add(new ShardRead(List.of(), "next", 9));
    answers.add(new ShardRead(List.of(), "next", 9));
    answers.add(new ShardRead(List.of(record(0, "42")), "next", 9));
    stream.answer = shardId -> answers.remove();
    check.before(Position.after("42"), LONG_AGO);
    assertThat(answers).isEmpty();
    assertThat(gaps()).isZero();
  }

  @Test
  void leavesAFailedLookToItsCaller() {
    stream.iteratorError = new IllegalStateException("busy");
    assertThatThrownBy(() -> check.before(Position.after("42"), LONG_AGO)).hasMessage("busy");
    assertThat(gaps()).isZero();
  }

  @Test
  void countsAShardThatIsGone() {
    check.shardGone(Position.after("42"), null);
    assertThat(gaps()).isEqualTo(1);
  }

  @Test
  void countsAReaderThatTheRetentionOvertakesOnceUntilItIsAheadAgain() {
    oldestIs("1000");
    reading("999", NEAR_A_DAY_MS);
    reading("1500", NEAR_A_DAY_MS - 1);
    reading("999", NEAR_A_DAY_MS);
    assertThat(gaps()).isEqualTo(2);
    reading("999", NEAR_A_DAY_MS);
    assertThat(gaps()).isEqualTo(2);
    reading("1000", NEAR_A_DAY_MS);
    reading("999", NEAR_A_DAY_MS);
    assertThat(gaps()).isEqualTo(3);
  }

  @Test
  void asksNothingOfAReaderThatLagsByLess() {
    reading("42", NEAR_A_DAY_MS - 1);
    assertThat(stream.iteratorsAskedFor).isEmpty();
  }

  @Test
  void looksAfterAReaderThatLagsOnceAMinuteAlsoWhereTheLookFails() {
    oldestIs("42");
    reading("42", NEAR_A_DAY_MS);
    check.whileReading(Position.after("42"), LONG_AGO, NEAR_A_DAY_MS);
    assertThat(stream.iteratorsAskedFor).hasSize(1);
    stream.iteratorError = new IllegalStateException("busy");
    assertThatThrownBy(() -> reading("42", NEAR_A_DAY_MS)).hasMessage("busy");
    check.whileReading(Position.after("42"), LONG_AGO, NEAR_A_DAY_MS);
    assertThat(gaps()).isZero();
  }

  /** What a reader says before a read, a minute after the one before. */
  private void reading(String sequenceNumber, long millisBehind) {
    clock.advance(Duration.ofMinutes(1));
    check.whileReading(Position.after(sequenceNumber), LONG_AGO, millisBehind);
  }

  private void oldestIs(String sequenceNumber) {
    stream.answer = shardId -> new ShardRead(List.of(record(0, sequenceNumber)), "next", 9);
  }

  private long gaps() {
    return metrics.ofStream("retentionGaps");
  }
}
