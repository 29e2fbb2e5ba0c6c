package tocsin.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time of a job that reads an archive of a day ago and then the stream. */
class WarmWatermarksTest {
  private static final long BOUND_MS = 100;
  private static final long NOW_MS = 90_000_000;
  private static final long YESTERDAY_MS = NOW_MS - 86_400_000;

  private final ReadingStarts.Subtask reading = new ReadingStarts.Subtask();
  private final Object reader = new Object();
  private final HeardWatermarks time = new HeardWatermarks(reading);

  @BeforeEach
  void setClock() {
    time.nowMs = NOW_MS;
  }

  @Test
  void noPauseInTheArchiveMovesTimeOrIsIdle() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    time.nowMs += 3_600_000;
    periodic();
    read("0", YESTERDAY_MS + 10);
    assertThat(time.said).containsExactly("active", mark(YESTERDAY_MS), mark(YESTERDAY_MS + 10));
  }

  @Test
  void aShardThatWasSilentThenHoldsNobodyBackHoweverFastTheArchiveIsRead() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    read("1", YESTERDAY_MS + 1_000);
    read("1", YESTERDAY_MS + 3_000);
    assertThat(time.said).doesNotContain(mark(YESTERDAY_MS + 3_000));
    read("1", YESTERDAY_MS + 6_000);
    assertThat(time.said.get(time.said.size() - 1)).isEqualTo(mark(YESTERDAY_MS + 6_000));
  }

  @Test
  void aSilenceOfAllMovesTimeAsItDidThen() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    read("0", YESTERDAY_MS + 60_000);
    assertThat(time.said).contains(mark(YESTERDAY_MS + 30_000), mark(YESTERDAY_MS + 59_000));
  }

  @Test
  void whatCameSinceTheArchivesEndIsNotLateHoweverLongTheStreamTakes() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    reading.archiveEnds(reader);
    time.said.clear();
    periodic();
    time.nowMs += 600_000;
    periodic();
    assertThat(time.said).containsExactly("active", "idle");
    time.said.clear();
    read("0", YESTERDAY_MS + 5);
    assertThat(time.said).containsExactly("active", mark(YESTERDAY_MS + 5));
  }

  @Test
  void behindTheArchiveTimeGoesByTheWallClockAgain() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    reading.archiveEnds(reader);
    read("0", time.nowMs - 40);
    time.nowMs += 6_000;
    periodic();
    assertThat(time.said).contains(mark(time.nowMs - 40));
  }

  @Test
  void theBacklogOfOneShardDoesNotPutTimePastThatOfTheNext() {
    reading.archiveBegins(reader);
    read("0", YESTERDAY_MS);
    reading.archiveEnds(reader);
    time.said.clear();
    reading.shardsGiven(reader, List.of("0", "1"));
    read("0", YESTERDAY_MS + 900_000);
    read("1", YESTERDAY_MS + 1_000);
    assertThat(time.said).containsExactly("active", mark(YESTERDAY_MS + 1_000));
  }

  @Test
  void aReaderThatIsClosedBeforeTheArchivesEndReadsNoneAnyMore() {
    reading.archiveBegins(reader);
    reading.archiveEnds(reader);
    reading.archiveEnds(reader);
    assertThat(reading.readsArchive()).isFalse();
    assertThat(reading.starts()).isEqualTo(2);
  }

  private static String mark(long eventTimeMs) {
    return String.valueOf(eventTimeMs - BOUND_MS - 1);
  }

  /** A reading that arrives when it happens. */
  private void read(String shard, long atMs) {
    time.arrivalMs = atMs;
    time.read(shard, atMs);
  }

  private void periodic() {
    time.periodic();
  }
}
