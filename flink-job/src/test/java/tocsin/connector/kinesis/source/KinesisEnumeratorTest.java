package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tocsin.connector.kinesis.source.Shards.id;
import static tocsin.connector.kinesis.source.Shards.shard;

import java.time.Duration;
import java.util.List;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import tocsin.store.StoredObject;

class KinesisEnumeratorTest {
  private final FakeStream stream = new FakeStream();
  private final FakeEnumeratorContext context = new FakeEnumeratorContext(2);
  private final SettableClock clock = new SettableClock();
  private final int left = new ShardAssigner(Shards.ARN).subtaskFor(shard(0, 0), 2);
  private final int right = 1 - left;
  private final KinesisEnumerator enumerator = enumerator(new ShardLedger(Shards.ARN, start()));

  @Test
  void spreadsTheShardsOverTheReadersAsTheyRegister() {
    stream.shards = List.of(shard(0, 0), shard(1, 0.25), shard(2, 0.5), shard(3, 0.75));
    enumerator.start();
    context.runPeriodicCall();
    assertThat(context.assigned).isEmpty();
    register(0);
    register(1);
    assertThat(context.assigned.get(0)).hasSize(2);
    assertThat(context.assigned.get(1)).hasSize(2);
    assertThat(context.assignedIds()).containsExactly(id(0), id(1), id(2), id(3));
  }

  @Test
  void assignsEachShardOnceHoweverOftenItLooks() {
    stream.shards = List.of(shard(0, 0));
    startWithReaders();
    context.runPeriodicCall();
    context.runPeriodicCall();
    assertThat(context.assignedIds()).containsExactly(id(0));
  }

  @Test
  void looksForChildrenWhenAShardEndsAndAssignsThemFromTheirOldestRecord() {
    stream.shards = List.of(shard(0, 0));
    startWithReaders();
    stream.shards = List.of(shard(0, 0), shard(1, 0, 0), shard(2, 0.5, 0));
    end(left, 0);
    assertThat(context.assignedIds()).containsExactly(id(0), id(1));
    completeCheckpoint(1);
    assertThat(context.assignedIds()).containsExactly(id(0), id(1), id(2));
    assertThat(context.assigned.values().stream().flatMap(List::stream))
        .contains(
            ShardSplit.open(id(1), Position.trimHorizon()),
            ShardSplit.open(id(2), Position.trimHorizon()));
  }

  @Test
  void keepsChildrenBackWhileTheirParentIsRead() {
    stream.shards = List.of(shard(0, 0), shard(1, 0, 0));
    startWithReaders();
    context.runPeriodicCall();
    assertThat(context.assignedIds()).containsExactly(id(0));
  }

  @Test
  void assignsAgainWhatAFailedReaderGaveBack() {
    stream.shards = List.of(shard(0, 0));
    startWithReaders();
    context.assigned.clear();
    var split = ShardSplit.open(id(0), Position.after("42"));
    enumerator.addSplitsBack(List.of(split), 0);
    assertThat(context.assigned.values()).containsExactly(List.of(split));
  }

  @Test
  void goesOnAfterARestoreWithoutAssigningWhatReadersHold() {
    stream.shards = List.of(shard(0, 0), shard(1, 0, 0));
    startWithReaders();
    var restored = enumerator(new ShardLedger(enumerator.snapshotState(1)));
    context.assigned.clear();
    restored.start();
    context.runPeriodicCall();
    assertThat(context.assigned).isEmpty();
    restored.handleSourceEvent(left, new ShardsFinishedEvent(List.of(id(0))));
    assertThat(context.assignedIds()).containsExactly(id(1));
  }

  @Test
  void toleratesAFailedLookOnceItHasSeenTheStream() {
    stream.shards = List.of(shard(0, 0));
    startWithReaders();
    stream.listError = LimitExceededException.builder().statusCode(400).build();
    for (int look = 0; look < 20; look++) {
      context.runPeriodicCall();
    }
    stream.listError = null;
    stream.shards = List.of(shard(0, 0), shard(1, 0.5));
    context.runPeriodicCall();
    assertThat(context.assignedIds()).containsExactly(id(0), id(1));
  }

  @Test
  void endsTheJobThatCannotSeeItsStreamAtAll() {
    stream.listError = KinesisException.builder().statusCode(503).build();
    enumerator.start();
    for (int look = 0; look < 4; look++) {
      context.runPeriodicCall();
    }
    assertThatThrownBy(context::runPeriodicCall)
        .isInstanceOf(FlinkRuntimeException.class)
        .hasMessageContaining("stream/readings");
  }

  @Test
  void endsTheJobAtOnceWhenTheStreamDoesNotExist() {
    stream.listError = ResourceNotFoundException.builder().statusCode(400).build();
    enumerator.start();
    assertThatThrownBy(context::runPeriodicCall).isInstanceOf(FlinkRuntimeException.class);
  }

  @Test
  void givesTheChildOfAMergeAcrossReadersOnlyAfterACheckpointThatCoversBothEnds() {
    stream.shards = List.of(shard(0, 0), shard(1, 0.5), shard(2, 0, 0, 1));
    startWithReaders();
    end(left, 0);
    completeCheckpoint(1);
    end(right, 1);
    context.runPeriodicCall();
    assertThat(context.assignedIds()).containsExactly(id(0), id(1));
    completeCheckpoint(2);
    assertThat(context.assignedIds()).containsExactly(id(0), id(1), id(2));
  }

  @Test
  void readsOnOutOfOrderWhereNoCheckpointComes() {
    stream.shards = List.of(shard(0, 0), shard(1, 0.5), shard(2, 0, 0, 1));
    startWithReaders();
    end(left, 0);
    end(right, 1);
    clock.advance(KinesisEnumerator.ORDER_PATIENCE.minusMillis(1));
    context.runPeriodicCall();
    assertThat(context.assignedIds()).containsExactly(id(0), id(1));
    clock.advance(Duration.ofMillis(1));
    context.runPeriodicCall();
    assertThat(context.assignedIds()).containsExactly(id(0), id(1), id(2));
  }

  @Test
  void holdsAReturnedChildBackUntilItsParentWasReadAgain() {
    stream.shards = List.of(shard(0, 0), shard(1, 0, 0));
    startWithReaders();
    end(left, 0);
    assertThat(context.assignedIds()).containsExactly(id(0), id(1));
    context.assigned.clear();
    enumerator.addSplitsBack(List.of(ShardSplit.open(id(1), Position.trimHorizon())), left);
    enumerator.addReader(left);
    assertThat(context.assigned).isEmpty();
    end(left, 0);
    assertThat(context.assignedIds()).containsExactly(id(1));
  }

  @Test
  void keepsReadersEvenlyLoadedThroughManySplitsAndMerges() {
    var parts = new ReshardingStream(2);
    stream.shards = parts.listShards();
    startWithReaders();
    for (int round = 0; round < 20; round++) {
      for (int place : List.of(3, 2, 1, 0)) {
        parts.split(place % parts.openShards().size());
      }
      endAllClosed(parts, 2 * round);
      while (parts.openShards().size() > 4) {
        parts.merge(1);
      }
      endAllClosed(parts, 2 * round + 1);
    }
    var open = parts.openShards();
    assertThat(open).hasSize(4).isSubsetOf(context.assignedIds());
    assertThat(open.stream().filter(id -> readerOf(id) == left)).hasSizeBetween(1, 3);
  }

  private void endAllClosed(ReshardingStream parts, int checkpoint) {
    stream.shards = parts.listShards();
    context.runPeriodicCall();
    for (Shard shard : parts.listShards()) {
      if (!parts.openShards().contains(shard.shardId())) {
        enumerator.handleSourceEvent(
            readerOf(shard.shardId()), new ShardsFinishedEvent(List.of(shard.shardId())));
        completeCheckpoint(checkpoint);
      }
    }
  }

  private int readerOf(String shardId) {
    return context.assigned.entrySet().stream()
        .filter(each -> each.getValue().stream().anyMatch(it -> it.shardId().equals(shardId)))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private void end(int reader, int shard) {
    enumerator.handleSourceEvent(reader, new ShardsFinishedEvent(List.of(id(shard))));
  }

  private void completeCheckpoint(long id) {
    enumerator.snapshotState(id);
    enumerator.notifyCheckpointComplete(id);
  }

  private void startWithReaders() {
    enumerator.start();
    register(0);
    register(1);
    context.runPeriodicCall();
  }

  private void register(int subtask) {
    context.register(subtask);
    enumerator.addReader(subtask);
  }

  private KinesisEnumerator enumerator(ShardLedger ledger) {
    return new KinesisEnumerator(
        context, stream, Shards.SETTINGS, ledger, StoredObject::open, clock);
  }

  private static Position start() {
    return Position.at(Shards.START);
  }
}
