package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static tocsin.connector.kinesis.source.Shards.id;
import static tocsin.connector.kinesis.source.Shards.shard;

import java.util.List;
import org.junit.jupiter.api.Test;
import tocsin.connector.kinesis.source.EnumeratorState.Entry;
import tocsin.connector.kinesis.source.EnumeratorState.Status;

class ShardLedgerTest {
  private final Position start = Position.at(Shards.START);
  private final ShardLedger ledger = new ShardLedger(Shards.ARN, start);

  @Test
  void beginsAtThePinnedStartWithTheShardsOfTheFirstLook() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0.5)));
    assertThat(ledger.ready()).extracting(Entry::position).containsExactly(start, start);
  }

  @Test
  void beginsAtTheOldestRecordWithAShardThatIsFoundLater() {
    ledger.discover(List.of(shard(0, 0)));
    ledger.assigned(id(0));
    ledger.discover(List.of(shard(0, 0), shard(1, 0.5)));
    assertThat(ledger.ready())
        .containsExactly(new Entry(shard(1, 0.5), Position.trimHorizon(), Status.WAITING));
  }

  @Test
  void keepsThePinnedStartThroughARestoreBeforeTheFirstLook() {
    var restored = new ShardLedger(ledger.snapshot());
    restored.discover(List.of(shard(0, 0)));
    assertThat(restored.ready()).extracting(Entry::position).containsExactly(start);
  }

  @Test
  void givesTheChildrenOfASplitOnlyAfterTheirParentIsFinished() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0), shard(2, 0.5, 0)));
    assertThat(readyIds()).containsExactly(id(0));
    ledger.assigned(id(0));
    assertThat(readyIds()).isEmpty();
    ledger.finished(id(0));
    assertThat(readyIds()).containsExactly(id(1), id(2));
  }

  @Test
  void givesTheChildOfAMergeOnlyAfterBothParentsAreFinished() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0.5), shard(2, 0, 0, 1)));
    ledger.assigned(id(0));
    ledger.assigned(id(1));
    ledger.finished(id(1));
    assertThat(readyIds()).isEmpty();
    ledger.finished(id(0));
    assertThat(readyIds()).containsExactly(id(2));
  }

  @Test
  void givesAGrandchildAfterItsParentEvenIfAllAreFoundAtOnce() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0), shard(2, 0, 1)));
    ledger.finished(id(0));
    assertThat(readyIds()).containsExactly(id(1));
    ledger.finished(id(1));
    assertThat(readyIds()).containsExactly(id(2));
  }

  @Test
  void doesNotWaitForAParentThatLeftTheStreamLongAgo() {
    ledger.discover(List.of(shard(7, 0, 3)));
    assertThat(readyIds()).containsExactly(id(7));
  }

  @Test
  void waitsForAParentThatIsStillBeingReadAlthoughTheStreamListsItNoMore() {
    ledger.discover(List.of(shard(0, 0)));
    ledger.assigned(id(0));
    ledger.discover(List.of(shard(1, 0, 0)));
    assertThat(readyIds()).isEmpty();
  }

  @Test
  void forgetsAFinishedShardOnceTheStreamListsItNoMore() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0)));
    ledger.finished(id(0));
    ledger.discover(List.of(shard(1, 0, 0)));
    assertThat(ledger.snapshot().shards())
        .extracting(entry -> entry.shard().shardId())
        .containsExactly(id(1));
    assertThat(readyIds()).containsExactly(id(1));
  }

  @Test
  void givesAReturnedSplitAgainFromItsOwnPosition() {
    ledger.discover(List.of(shard(0, 0)));
    ledger.assigned(id(0));
    ledger.returned(ShardSplit.open(id(0), Position.after("42")));
    assertThat(ledger.ready()).extracting(Entry::position).containsExactly(Position.after("42"));
  }

  @Test
  void givesAReturnedSplitAgainAlthoughItHadForgottenTheShard() {
    ledger.discover(List.of(shard(0, 0)));
    ledger.finished(id(0));
    ledger.discover(List.of(shard(1, 0, 0)));
    ledger.returned(ShardSplit.open(id(0), Position.trimHorizon()));
    assertThat(readyIds()).containsExactly(id(0));
  }

  @Test
  void takesAReturnedFinishedSplitForFinished() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0)));
    ledger.assigned(id(0));
    ledger.returned(new ShardSplit(id(0), Position.after("42"), null, true));
    assertThat(readyIds()).containsExactly(id(1));
  }

  @Test
  void knowsAfterARestoreWhatIsAssignedAndWhatIsFinished() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0), shard(2, 0.5)));
    ledger.finished(id(0));
    ledger.assigned(id(2));
    var restored = new ShardLedger(ledger.snapshot());
    assertThat(restored.ready())
        .extracting(entry -> entry.shard().shardId())
        .containsExactly(id(1));
    assertThat(restored.count(Status.ASSIGNED)).isEqualTo(1);
  }

  private List<String> readyIds() {
    return ledger.ready().stream().map(entry -> entry.shard().shardId()).toList();
  }
}
