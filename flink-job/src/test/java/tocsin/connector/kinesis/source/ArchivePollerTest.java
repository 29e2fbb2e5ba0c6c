package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static tocsin.connector.kinesis.source.Shards.id;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tocsin.store.RefusedObject;
import tocsin.store.StoredObject;

class ArchivePollerTest {
  private final ListeningMetrics metrics = new ListeningMetrics();
  private final TakingHost host = new TakingHost();
  private ArchiveObjects store = StoredObject::open;
  private String manifest;

  @TempDir Path folder;

  @BeforeEach
  void writeArchive() throws IOException {
    manifest =
        ArchiveFiles.write(
            folder,
            Shards.START,
            Shards.START.plusSeconds(60),
            List.of(
                List.of(record(0, "1", "a"), record(1, "1", "b"), record(0, "2", "c")),
                List.of(record(0, "3", "d"), record(1, "2", "e"))));
  }

  @Test
  void givesTheRowsOfAllObjectsAsTheShardsHadThemAndThenEnds() {
    assertThat(readAll(0, 0)).containsExactly("0/1 a", "1/1 b", "0/2 c", "0/3 d", "1/2 e");
    assertThat(host.taken.get(0).arrival()).isEqualTo(Shards.START.plusSeconds(1));
    assertThat(host.finished).isTrue();
  }

  @Test
  void goesOnBehindAnyRow() {
    List<String> all = readAll(0, 0);
    List<Position> behind = host.taken.stream().map(KinesisRecord::behind).toList();
    for (int row = 0; row < all.size(); row++) {
      assertThat(readFrom(behind.get(row))).isEqualTo(all.subList(row + 1, all.size()));
    }
  }

  @Test
  void givesTheBytesOfARecordThatIsNoText() throws IOException {
    ArchiveFiles.writeLines(
        folder.resolve("00001.jsonl.gz"),
        List.of(
            "{\"arrival_ms\":1,\"shard_id\":\"s\",\"sequence_number\":\"7\",\"raw_base64\":\"/wA=\"}"));
    readAll(1, 0);
    assertThat(host.taken.get(0).data()).containsExactly(0xff, 0);
  }

  @Test
  void aRowThatIsNoneGoesOnAsARecordThatNoSourceReadsAndIsCounted() throws IOException {
    ArchiveFiles.writeLines(
        folder.resolve("00000.jsonl.gz"),
        List.of(
            ArchiveFiles.line(record(0, "1", "a")),
            "{\"shard_id\":\"s\",\"raw\":\"no arrival\"}",
            "no JSON",
            ArchiveFiles.line(record(0, "2", "c"))));
    assertThat(readAll(0, 0))
        .containsExactly(
            "0/1 a",
            "archive/0-1 unreadable row of the archive: {\"shard_id\":\"s\",\"raw\":\"no arrival\"}",
            "archive/0-2 unreadable row of the archive: no JSON",
            "0/2 c",
            "0/3 d",
            "1/2 e");
    assertThat(metrics.ofStream("unreadableArchiveRows")).isEqualTo(2);
    assertThat(metrics.ofStream("unreadableArchiveObjects")).isZero();
  }

  @Test
  void anObjectThatIsGoneIsToldOnceAndTheNextOneFollows() throws IOException {
    Files.delete(folder.resolve("00000.jsonl.gz"));
    List<String> read = readAll(0, 0);
    assertThat(read.get(0))
        .startsWith("archive/0-0 unreadable object of the archive: file:")
        .contains("00000.jsonl.gz, from row 0 on: ");
    assertThat(read.subList(1, read.size())).containsExactly("0/3 d", "1/2 e");
    assertThat(metrics.ofStream("unreadableArchiveObjects")).isEqualTo(1);
  }

  @Test
  void anObjectThatIsCutGivesTheRowsBeforeTheCutAndIsTold() throws IOException {
    Path file = folder.resolve("00000.jsonl.gz");
    var records = new ArrayList<String>();
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      records.add(ArchiveFiles.line(record(0, "" + (i + 1), "" + random.nextLong())));
    }
    ArchiveFiles.writeLines(file, records);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    List<String> read = readAll(0, 0);
    int cut = read.size() - 3;
    assertThat(cut).isBetween(1_000, 4_500);
    assertThat(read.get(cut)).contains("from row " + cut + " on");
    assertThat(read.subList(cut + 1, read.size())).containsExactly("0/3 d", "1/2 e");
    assertThat(read.subList(0, cut)).doesNotHaveDuplicates();
  }

  @Test
  void whatIsNoGzipIsTold() throws IOException {
    Files.writeString(folder.resolve("00001.jsonl.gz"), "plain text");
    assertThat(readAll(0, 0)).hasSize(4);
    assertThat(metrics.ofStream("unreadableArchiveObjects")).isEqualTo(1);
  }

  @Test
  void aFaultThatMayPassIsTriedAgainHoweverLongAndCostsNoRow() {
    int[] calls = {0};
    store =
        uri -> {
          if (++calls[0] % 5 != 0) {
            throw new IOException("slow down");
          }
          return StoredObject.open(uri);
        };
    assertThat(readAll(0, 0)).containsExactly("0/1 a", "1/1 b", "0/2 c", "0/3 d", "1/2 e");
    assertThat(metrics.ofStream("unreadableArchiveObjects")).isZero();
    assertThat(metrics.ofStream("retriedReads")).isEqualTo(11);
  }

  @Test
  void anObjectThatIsRefusedIsGivenUpOnlyWhenRightsHadAMinuteToTakeEffect() {
    int[] refusals = {14};
    store =
        uri -> {
          if (uri.endsWith("00000.jsonl.gz") && refusals[0]-- > 0) {
            throw new RefusedObject(uri, new IOException("Access Denied"));
          }
          return StoredObject.open(uri);
        };
    assertThat(readAll(0, 0)).containsExactly("0/1 a", "1/1 b", "0/2 c", "0/3 d", "1/2 e");
    refusals[0] = 100;
    assertThat(readAll(0, 0)).hasSize(3);
    assertThat(metrics.ofStream("unreadableArchiveObjects")).isEqualTo(1);
  }

  @Test
  void theJobFailsWhenTheManifestIsGone() throws IOException {
    Files.delete(folder.resolve("manifest.json"));
    readAll(0, 0);
    assertThat(host.failure).isInstanceOf(IOException.class).hasMessageContaining("tocsin warm");
  }

  private List<String> readAll(int object, long row) {
    return readFrom(Position.in(new ArchivePlace(manifest, object, row)));
  }

  private List<String> readFrom(Position position) {
    var split = ShardSplit.open(Shard.ARCHIVE.shardId(), position);
    var sourceMetrics = new SourceMetrics(metrics, Shards.SETTINGS.stream(), Clock.systemUTC());
    host.taken.clear();
    host.finished = false;
    var poller =
        new ArchivePoller(
            split,
            store,
            Shards.SETTINGS,
            sourceMetrics,
            host,
            Clock.fixed(Shards.START, ZoneOffset.UTC),
            new Random(1));
    for (int polls = 0; polls < 100 && !host.finished && host.failure == null; polls++) {
      poller.poll();
    }
    return host.taken.stream()
        .map(
            record ->
                record.shardId().replace("shardId-00000000000", "")
                    + "/"
                    + record.sequenceNumber()
                    + " "
                    + new String(record.data(), StandardCharsets.UTF_8))
        .toList();
  }

  private static KinesisRecord record(int shard, String number, String text) {
    Instant arrival = Shards.START.plusSeconds(Long.parseLong(number));
    return new KinesisRecord(id(shard), number, arrival, text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class TakingHost implements SplitPoller.Host {
    final List<KinesisRecord> taken = new ArrayList<>();
    boolean finished;
    Throwable failure;

    @Override
    public void pollAgain(SplitPoller poller, long delayMs) {}

    @Override
    public void handOver(SplitPoller.Result result) {
      if (result instanceof SplitPoller.Records read) {
        taken.addAll(read.records());
        finished = read.finished();
      } else {
        failure = ((SplitPoller.Failure) result).error();
      }
    }

    @Override
    public boolean crowded() {
      return false;
    }
  }
}
