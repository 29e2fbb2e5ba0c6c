package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tocsin.connector.kinesis.source.Shards.id;
import static tocsin.connector.kinesis.source.Shards.shard;

import java.util.List;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

class KinesisEnumeratorTest {
  private final FakeStream stream = new FakeStream();
  private final FakeEnumeratorContext context = new FakeEnumeratorContext(2);
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
  void looksForChildrenAtOnceWhenAShardEndsAndAssignsThemFromTheirOldestRecord() {
    stream.shards = List.of(shard(0, 0));
    startWithReaders();
    stream.shards = List.of(shard(0, 0), shard(1, 0, 0), shard(2, 0.5, 0));
    enumerator.handleSourceEvent(0, new ShardsFinishedEvent(List.of(id(0))));
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
    restored.handleSourceEvent(0, new ShardsFinishedEvent(List.of(id(0))));
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
    return new KinesisEnumerator(context, stream, Shards.SETTINGS, ledger);
  }

  private static Position start() {
    return Position.at(Shards.START);
  }
}
