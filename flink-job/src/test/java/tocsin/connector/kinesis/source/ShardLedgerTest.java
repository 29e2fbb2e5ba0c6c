package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static tocsin.connector.kinesis.source.Shards.id;
import static tocsin.connector.kinesis.source.Shards.shard;

import java.util.List;
import org.junit.jupiter.api.Test;
import tocsin.connector.kinesis.source.EnumeratorState.Entry;
import tocsin.connector.kinesis.source.EnumeratorState.Status;

class ShardLedgerTest {
  private static final int READER = 0;
  private static final int OTHER_READER = 1;
  private static final long NOW_MS = Shards.START.toEpochMilli();

  private final Position start = Position.at(Shards.START);
  private final ShardLedger ledger = new ShardLedger(Shards.ARN, start);

  @Test
  void beginsAtThePinnedStartWithTheShardsOfTheFirstLook() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0.5)), null);
    assertThat(ledger.ready()).extracting(Entry::position).containsExactly(start, start);
  }

  @Test
  void beginsAtTheOldestRecordWithAShardThatIsFoundLater() {
    ledger.discover(List.of(shard(0, 0)), null);
    ledger.assigned(id(0));
    ledger.discover(List.of(shard(0, 0), shard(1, 0.5)), null);
    assertThat(ledger.ready())
        .containsExactly(new Entry(shard(1, 0.5), Position.trimHorizon(), Status.WAITING));
  }

  @Test
  void keepsThePinnedStartThroughARestoreBeforeTheFirstLook() {
    var restored = new ShardLedger(ledger.snapshot(1));
    restored.discover(List.of(shard(0, 0)), null);
    assertThat(restored.ready()).extracting(Entry::position).containsExactly(start);
  }

  @Test
  void givesTheChildrenOfASplitOnlyAfterTheirParentIsFinished() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0), shard(2, 0.5, 0)), null);
    assertThat(readyIds()).containsExactly(id(0));
    ledger.assigned(id(0));
    assertThat(readyIds()).isEmpty();
    ledger.finished(id(0), READER, NOW_MS);
    assertThat(readyIds()).containsExactly(id(1), id(2));
  }

  @Test
  void givesTheChildOfAMergeOnlyAfterBothParentsAreFinished() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0.5), shard(2, 0, 0, 1)), null);
    ledger.assigned(id(0));
    ledger.assigned(id(1));
    ledger.finished(id(1), READER, NOW_MS);
    assertThat(readyIds()).isEmpty();
    ledger.finished(id(0), READER, NOW_MS);
    assertThat(readyIds()).containsExactly(id(2));
  }

  @Test
  void givesAGrandchildAfterItsParentEvenIfAllAreFoundAtOnce() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0), shard(2, 0, 1)), null);
    ledger.finished(id(0), READER, NOW_MS);
    assertThat(readyIds()).containsExactly(id(1));
    ledger.finished(id(1), READER, NOW_MS);
    assertThat(readyIds()).containsExactly(id(2));
  }

  @Test
  void doesNotWaitForAParentThatLeftTheStreamLongAgo() {
    ledger.discover(List.of(shard(7, 0, 3)), null);
    assertThat(readyIds()).containsExactly(id(7));
  }

  @Test
  void waitsForAParentThatIsStillBeingReadAlthoughTheStreamListsItNoMore() {
    ledger.discover(List.of(shard(0, 0)), null);
    ledger.assigned(id(0));
    ledger.discover(List.of(shard(1, 0, 0)), null);
    assertThat(readyIds()).isEmpty();
  }

  @Test
  void forgetsAFinishedShardOnceACheckpointCoversItAndTheStreamListsItNoMore() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0)), null);
    ledger.finished(id(0), READER, NOW_MS);
    ledger.discover(List.of(shard(1, 0, 0)), null);
    assertThat(ledger.keepsOrder(shard(1, 0, 0), OTHER_READER)).isFalse();
    ledger.snapshot(1);
    ledger.checkpointCompleted(1);
    ledger.discover(List.of(shard(1, 0, 0)), null);
    assertThat(ledger.snapshot(2).shards())
        .extracting(entry -> entry.shard().shardId())
        .containsExactly(id(1));
    assertThat(readyIds()).containsExactly(id(1));
  }

  @Test
  void givesAReturnedSplitAgainFromItsOwnPosition() {
    ledger.discover(List.of(shard(0, 0)), null);
    ledger.assigned(id(0));
    ledger.returned(ShardSplit.open(id(0), Position.after("42")));
    assertThat(ledger.ready()).extracting(Entry::position).containsExactly(Position.after("42"));
  }

  @Test
  void givesAReturnedSplitAgainAlthoughItHadForgottenTheShard() {
    ledger.discover(List.of(shard(0, 0)), null);
    ledger.returned(new ShardSplit(id(0), Position.after("42"), null, true));
    ledger.discover(List.of(shard(1, 0, 0)), null);
    ledger.returned(ShardSplit.open(id(0), Position.trimHorizon()));
    assertThat(readyIds()).containsExactly(id(0));
  }

  @Test
  void takesAReturnedFinishedSplitForFinished() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0)), null);
    ledger.assigned(id(0));
    ledger.returned(new ShardSplit(id(0), Position.after("42"), null, true));
    assertThat(readyIds()).containsExactly(id(1));
  }

  @Test
  void knowsAfterARestoreWhatIsAssignedAndWhatIsFinished() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0), shard(2, 0.5)), null);
    ledger.finished(id(0), READER, NOW_MS);
    ledger.assigned(id(2));
    var restored = new ShardLedger(ledger.snapshot(1));
    assertThat(restored.ready())
        .extracting(entry -> entry.shard().shardId())
        .containsExactly(id(1));
    assertThat(restored.count(Status.ASSIGNED)).isEqualTo(1);
  }

  @Test
  void letsTheReaderOfTheParentGoOnAtOnceAndAnyOtherAfterACheckpointThatCoversTheEnd() {
    Shard child = shard(1, 0, 0);
    ledger.discover(List.of(shard(0, 0), child), null);
    ledger.assigned(id(0));
    ledger.snapshot(6); // begins before the end
    ledger.finished(id(0), READER, NOW_MS);
    assertThat(ledger.keepsOrder(child, READER)).isTrue();
    ledger.checkpointCompleted(6);
    assertThat(ledger.keepsOrder(child, OTHER_READER)).isFalse();
    ledger.snapshot(7); // fails
    ledger.snapshot(8);
    assertThat(ledger.keepsOrder(child, OTHER_READER)).isFalse();
    ledger.checkpointCompleted(8);
    assertThat(ledger.keepsOrder(child, OTHER_READER)).isTrue();
  }

  @Test
  void holdsTheChildOfAMergeBackFromEitherReaderUntilACheckpointCoversTheOthersEnd() {
    Shard child = shard(2, 0, 0, 1);
    ledger.discover(List.of(shard(0, 0), shard(1, 0.5), child), null);
    ledger.finished(id(0), READER, NOW_MS);
    ledger.finished(id(1), OTHER_READER, NOW_MS);
    assertThat(ledger.keepsOrder(child, READER)).isFalse();
    assertThat(ledger.keepsOrder(child, OTHER_READER)).isFalse();
    ledger.snapshot(1);
    ledger.checkpointCompleted(1);
    assertThat(ledger.keepsOrder(child, READER)).isTrue();
  }

  @Test
  void knowsHowLongAChildHasWaited() {
    Shard child = shard(2, 0, 0, 1);
    ledger.discover(List.of(shard(0, 0), shard(1, 0.5), child), null);
    ledger.finished(id(0), READER, NOW_MS);
    ledger.finished(id(1), OTHER_READER, NOW_MS + 50);
    assertThat(ledger.waitedFor(child, 100, NOW_MS + 149)).isFalse();
    assertThat(ledger.waitedFor(child, 100, NOW_MS + 150)).isTrue();
  }

  @Test
  void letsChildrenWaitAgainWhenTheirParentsReaderGoesBackToBeforeTheEnd() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0.5), shard(2, 0, 0), shard(3, 0.5, 1)), null);
    ledger.assigned(id(0));
    ledger.assigned(id(1));
    ledger.finished(id(1), READER, NOW_MS);
    ledger.snapshot(1);
    ledger.checkpointCompleted(1);
    ledger.finished(id(0), READER, NOW_MS);
    ledger.restarted(OTHER_READER);
    assertThat(readyIds()).containsExactly(id(2), id(3));
    ledger.restarted(READER);
    assertThat(readyIds()).containsExactly(id(3));
  }

  @Test
  void takesWhatASnapshotHoldsAsFinishedForCoveredByItsCheckpoint() {
    ledger.discover(List.of(shard(0, 0), shard(1, 0, 0)), null);
    ledger.finished(id(0), READER, NOW_MS);
    var restored = new ShardLedger(ledger.snapshot(1));
    restored.finished(id(0), READER, NOW_MS); // its reader says it again
    assertThat(restored.keepsOrder(shard(1, 0, 0), OTHER_READER)).isTrue();
  }

  private List<String> readyIds() {
    return ledger.ready().stream().map(entry -> entry.shard().shardId()).toList();
  }
}
