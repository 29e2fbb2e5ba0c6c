package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tocsin.connector.kinesis.source.Shards.id;
import static tocsin.connector.kinesis.source.Shards.record;
import static tocsin.connector.kinesis.source.Shards.shard;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tocsin.store.StoredObject;

/** A start from an archive: it is read first, and each shard begins behind what it held of it. */
class WarmEnumeratorTest {
  private static final String ARCHIVE = Shard.ARCHIVE.shardId();
  private static final Instant UNTIL = Shards.START.plusSeconds(60);

  private final FakeStream stream = new FakeStream();
  private final SettableClock clock = new SettableClock();
  private FakeEnumeratorContext context;
  private KinesisEnumerator enumerator;
  private SourceSettings settings;

  @TempDir Path folder;

  @BeforeEach
  void writeArchive() throws IOException {
    String uri =
        ArchiveFiles.write(
            folder, Shards.START, UNTIL, List.of(List.of(record(0, "7"), record(0, "42"))));
    settings = settings(uri);
    stream.shards = List.of(shard(0, 0), shard(1, 0.5));
  }

  @Test
  void readsTheArchiveFirstAndThenEachShardBehindItsLastRecordInIt() {
    start(1, new ShardLedger(Shards.ARN, Position.at(UNTIL)));
    var first = Position.in(ArchivePlace.startOf(settings.archiveUri()));
    assertThat(context.assigned.get(0)).containsExactly(ShardSplit.open(ARCHIVE, first));
    context.assigned.clear();
    endArchive();
    assertThat(context.assigned.get(0))
        .containsExactly(
            ShardSplit.open(id(0), Position.after("42")).readUntil(UNTIL),
            // It held nothing of this one: whatever came since its begin is read.
            ShardSplit.open(id(1), Position.at(Shards.START)).readUntil(UNTIL));
  }

  @Test
  void theReaderOfTheArchiveGoesOnWithAllShards() {
    start(2, new ShardLedger(Shards.ARN, Position.at(UNTIL)));
    endArchive();
    assertThat(context.assigned).hasSize(1);
    assertThat(context.assignedIds()).containsExactly(ARCHIVE, id(0), id(1));
  }

  @Test
  void childrenThatAreListedTooComeBehindTheirParents() {
    stream.shards = List.of(shard(0, 0), shard(1, 0, 0));
    start(1, new ShardLedger(Shards.ARN, Position.at(UNTIL)));
    endArchive();
    assertThat(context.assignedIds()).containsExactly(ARCHIVE, id(0));
    enumerator.handleSourceEvent(0, new ShardsFinishedEvent(List.of(id(0))));
    assertThat(context.assignedIds()).containsExactly(ARCHIVE, id(0), id(1));
  }

  @Test
  void aShardThatIsFoundLaterIsReadFromItsOldestRecord() {
    start(1, new ShardLedger(Shards.ARN, Position.at(UNTIL)));
    endArchive();
    context.assigned.clear();
    stream.shards = List.of(shard(0, 0), shard(1, 0.5), shard(2, 0.75));
    context.runPeriodicCall();
    assertThat(context.assigned.get(0))
        .containsExactly(ShardSplit.open(id(2), Position.trimHorizon()));
  }

  @Test
  void aJobWithASnapshotReadsNoArchive() {
    var running = new ShardLedger(Shards.ARN, Position.trimHorizon());
    running.discover(stream.shards, null);
    start(1, new ShardLedger(running.snapshot(1)));
    assertThat(context.assignedIds()).containsExactly(id(0), id(1));
  }

  @Test
  void goesOnInTheArchiveAfterARestoreAlsoWhereTheSettingIsGone() {
    start(1, new ShardLedger(Shards.ARN, Position.at(UNTIL)));
    EnumeratorState state = enumerator.snapshotState(1);
    var place = Position.in(new ArchivePlace(settings.archiveUri(), 0, 1));
    settings = Shards.SETTINGS;
    start(1, new ShardLedger(state));
    assertThat(context.assignedIds()).isEmpty();
    enumerator.addSplitsBack(List.of(ShardSplit.open(ARCHIVE, place)), 0);
    assertThat(context.assigned.get(0)).containsExactly(ShardSplit.open(ARCHIVE, place));
    context.assigned.clear();
    endArchive();
    assertThat(context.assigned.get(0))
        .contains(ShardSplit.open(id(0), Position.after("42")).readUntil(UNTIL));
  }

  @Test
  void theJobFailsWithTheWayOutWhereThereIsNoArchive() {
    settings = settings(folder.resolve("none/manifest.json").toUri().toString());
    assertThatThrownBy(() -> start(1, new ShardLedger(Shards.ARN, Position.at(UNTIL))))
        .isInstanceOf(FlinkRuntimeException.class)
        .hasMessageContaining("none/manifest.json")
        .hasMessageContaining("npx tocsin warm");
  }

  private void start(int parallelism, ShardLedger ledger) {
    context = new FakeEnumeratorContext(parallelism);
    enumerator =
        new KinesisEnumerator(context, stream, settings, ledger, StoredObject::open, clock);
    enumerator.start();
    context.runPeriodicCall();
    for (int subtask = 0; subtask < parallelism; subtask++) {
      context.register(subtask);
      enumerator.addReader(subtask);
    }
  }

  private void endArchive() {
    int reader = context.assigned.isEmpty() ? 0 : context.assigned.keySet().iterator().next();
    enumerator.handleSourceEvent(reader, new ShardsFinishedEvent(List.of(ARCHIVE)));
  }

  private static SourceSettings settings(String archiveUri) {
    return new SourceSettings(
        Shards.SETTINGS.stream(),
        Shards.SETTINGS.connection(),
        new Start.Latest(),
        Duration.ofMillis(20),
        Duration.ZERO,
        Duration.ofMillis(100),
        200,
        archiveUri);
  }
}
