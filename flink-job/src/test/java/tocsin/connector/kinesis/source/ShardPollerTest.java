package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static tocsin.connector.kinesis.source.Shards.id;
import static tocsin.connector.kinesis.source.Shards.record;
import static tocsin.connector.kinesis.source.Shards.shard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

class ShardPollerTest {
  private final FakeStream stream = new FakeStream();
  private final RecordingHost host = new RecordingHost();
  private final ListeningMetrics metrics = new ListeningMetrics();
  private final ShardTips tips = new ShardTips();
  private Clock clock = Clock.fixed(Shards.START, ZoneOffset.UTC);

  @Test
  void handsRecordsOverAndLeavesTheNextReadToTheHost() {
    stream.answer = shardId -> new ShardRead(List.of(record(0, "1"), record(0, "2")), "next", 0);
    ShardPoller poller = poller(Position.trimHorizon());
    poller.poll();
    assertThat(host.handedOver)
        .containsExactly(
            new SplitPoller.Records(poller, List.of(record(0, "1"), record(0, "2")), false, 250));
    assertThat(host.delaysMs).isEmpty();
  }

  @Test
  void readsOnWithoutTheEmptyIntervalWhenARecordWasLeftBehind() {
    ShardPoller poller = poller(Position.trimHorizon());
    stream.answer = shardId -> new ShardRead(List.of(record(0, "1")), "next", 1);
    poller.poll();
    stream.answer = shardId -> new ShardRead(Collections.nCopies(1000, record(0, "2")), "next", 0);
    poller.poll();
    assertThat(host.handedOver)
        .extracting(result -> ((SplitPoller.Records) result).nextDelayMs())
        .containsExactly(7L, 7L);
  }

  @Test
  void waitsTheEmptyIntervalAfterAReadAtTheTipThatGaveNothing() {
    poller(Position.trimHorizon()).poll();
    assertThat(host.delaysMs).containsExactly(250L);
  }

  @Test
  void hurriesThroughAGapThatLiesBehindTheTip() {
    stream.answer = shardId -> new ShardRead(List.of(), "next", 60_000);
    poller(Position.trimHorizon()).poll();
    assertThat(host.delaysMs).containsExactly(200L);
  }

  @Test
  void finishesAShardThatHasNoFurtherIterator() {
    stream.answer = shardId -> new ShardRead(List.of(record(0, "9")), null, 0);
    ShardPoller poller = poller(Position.trimHorizon());
    poller.poll();
    assertThat(host.handedOver)
        .containsExactly(new SplitPoller.Records(poller, List.of(record(0, "9")), true, 250));
  }

  @Test
  void renewsAnExpiredIteratorBehindTheLastRecordRead() {
    stream.answer = shardId -> new ShardRead(List.of(record(0, "42")), "next", 0);
    ShardPoller poller = poller(Position.trimHorizon());
    poller.poll();
    stream.failReadsWith(ExpiredIteratorException.builder().build());
    poller.poll();
    assertThat(host.delaysMs).containsExactly(0L);
    stream.answer = shardId -> new ShardRead(List.of(), "next", 0);
    poller.poll();
    assertThat(stream.iteratorsAskedFor)
        .containsExactly(Position.trimHorizon(), Position.after("42"));
  }

  @Test
  void backsOffFurtherWithEachThrottledReadAndRecovers() {
    stream.failReadsWith(ProvisionedThroughputExceededException.builder().statusCode(400).build());
    ShardPoller poller = poller(Position.trimHorizon());
    poller.poll();
    poller.poll();
    poller.poll();
    assertThat(host.delaysMs.get(0)).isBetween(100L, 200L);
    assertThat(host.delaysMs.get(1)).isBetween(200L, 400L);
    assertThat(host.delaysMs.get(2)).isBetween(400L, 800L);
    stream.answer = shardId -> new ShardRead(List.of(), "next", 0);
    poller.poll();
    stream.failReadsWith(ProvisionedThroughputExceededException.builder().statusCode(400).build());
    poller.poll();
    assertThat(host.delaysMs.get(4)).isBetween(100L, 200L);
    assertThat(host.handedOver).isEmpty();
  }

  @Test
  void countsThrottlesAmongTheRetriesAndExpiredIteratorsBesideThem() {
    ShardPoller poller = poller(Position.trimHorizon());
    stream.failReadsWith(ProvisionedThroughputExceededException.builder().statusCode(400).build());
    poller.poll();
    stream.failReadsWith(
        (KinesisException) KinesisException.builder().statusCode(500).message("busy").build());
    poller.poll();
    stream.failReadsWith(ExpiredIteratorException.builder().build());
    poller.poll();
    assertThat(metrics.ofStream("throttledReads")).isEqualTo(1);
    assertThat(metrics.ofStream("retriedReads")).isEqualTo(2);
    assertThat(metrics.ofStream("expiredIterators")).isEqualTo(1);
    assertThat(metrics.gauges().keySet())
        .allMatch(name -> name.endsWith(".shardId." + id(0) + ".millisBehindLatest"))
        .hasSize(1);
  }

  @Test
  void endsTheJobWhenAccessIsDenied() {
    var denied = AccessDeniedException.builder().statusCode(400).build();
    stream.failReadsWith(denied);
    poller(Position.trimHorizon()).poll();
    assertThat(host.handedOver).containsExactly(new SplitPoller.Failure(id(0), denied));
  }

  @Test
  void finishesAShardThatLeftTheStreamAndCountsTheGap() {
    stream.failReadsWith(ResourceNotFoundException.builder().build());
    stream.shards = List.of(shard(1, 0, 0));
    ShardPoller poller = poller(Position.after("42"));
    poller.poll();
    assertThat(host.handedOver)
        .containsExactly(new SplitPoller.Records(poller, List.of(), true, 0));
    assertThat(metrics.ofStream("retentionGaps")).isEqualTo(1);
  }

  @Test
  void looksForAGapBeforeItsFirstReadUntilTheLookSucceeds() {
    stream.oldest = new ShardRead(List.of(record(0, "1000")), "next", 9);
    stream.iteratorError = ProvisionedThroughputExceededException.builder().statusCode(400).build();
    ShardPoller poller =
        poller(ShardSplit.open(id(0), Position.after("42")).readUntil(Instant.EPOCH));
    poller.poll();
    assertThat(metrics.ofStream("retentionGaps")).isZero();
    stream.iteratorError = null;
    poller.poll();
    poller.poll();
    assertThat(metrics.ofStream("retentionGaps")).isEqualTo(1);
    assertThat(stream.iteratorsAskedFor).endsWith(Position.trimHorizon(), Position.after("42"));
  }

  @Test
  void countsOnceThatTheRetentionOvertakesAReaderThatGoesOnReading() {
    var time = new SettableClock();
    clock = time;
    var split = ShardSplit.open(id(0), Position.after("40")).readUntil(time.instant());
    ShardPoller poller = poller(split);
    long day = Duration.ofDays(1).toMillis();
    stream.answer = shardId -> new ShardRead(List.of(record(0, "42")), "next", day);
    poller.poll();
    stream.oldest = new ShardRead(List.of(record(0, "1000")), "next", day);
    time.advance(Duration.ofMinutes(2));
    poller.poll();
    time.advance(Duration.ofMinutes(2));
    poller.poll();
    assertThat(metrics.ofStream("retentionGaps")).isEqualTo(1);
    assertThat(host.handedOver).hasSize(3).allMatch(SplitPoller.Records.class::isInstance);
  }

  @Test
  void remembersUntilWhenASilentShardWasRead() {
    var split = ShardSplit.open(id(0), Position.trimHorizon());
    poller(split).poll();
    assertThat(tips.updated(split).readUntil()).isEqualTo(Shards.START);
    var elsewhere = ShardSplit.open(id(0), Position.after("7"));
    assertThat(tips.updated(elsewhere)).isEqualTo(elsewhere);
  }

  @Test
  void endsTheJobWhenTheWholeStreamIsGone() {
    var gone = ResourceNotFoundException.builder().build();
    stream.failReadsWith(gone);
    stream.listError = gone;
    poller(Position.after("42")).poll();
    assertThat(host.handedOver).containsExactly(new SplitPoller.Failure(id(0), gone));
  }

  @Test
  void asksAgainForAStartThatTheClockOfTheServiceHasNotReached() {
    stream.iteratorError = InvalidArgumentException.builder().statusCode(400).build();
    ShardPoller poller = poller(Position.at(Shards.START));
    poller.poll();
    assertThat(host.delaysMs).hasSize(1);
    clock = Clock.offset(clock, Duration.ofMinutes(6));
    ShardPoller later = poller(Position.at(Shards.START));
    later.poll();
    assertThat(host.handedOver).hasSize(1);
  }

  @Test
  void readsNothingWhileEnoughReadsWaitToBeTaken() {
    host.crowded = true;
    poller(Position.trimHorizon()).poll();
    assertThat(stream.iteratorsAskedFor).isEmpty();
    assertThat(host.delaysMs).containsExactly(10L);
  }

  private ShardPoller poller(Position position) {
    return poller(ShardSplit.open(id(0), position));
  }

  private ShardPoller poller(ShardSplit split) {
    var sourceMetrics = new SourceMetrics(metrics, Shards.SETTINGS.stream(), clock);
    return new ShardPoller(
        split,
        stream,
        Shards.SETTINGS,
        sourceMetrics.shard(id(0)),
        tips,
        host,
        clock,
        new Random(1));
  }
}
