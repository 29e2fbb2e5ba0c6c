package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tocsin.functions.AlarmState;
import tocsin.rules.Bookmark;

/** Whose state is found by the bytes of a series. */
class SeriesMapTest {
  private final SeriesMap map = new SeriesMap();
  private final Bookmark none = new Bookmark();

  @Test
  void seriesThatDifferInEitherHalfAreTwo() {
    State state = new State();
    map.put(series(1, 2), state);
    assertThat(map.get(series(1, 2), none)).isSameAs(state);
    assertThat(map.get(series(1, 3), none)).isNull();
    assertThat(map.get(series(2, 2), none)).isNull();
    assertThat(map.get(series(2, 1), none)).isNull();
  }

  @Test
  void seriesOfOnePlaceStandBesideEachOther() {
    Map<Long, State> told = new HashMap<>();
    for (long tail = 0; tail < 1_000; tail++) {
      told.put(tail, new State());
      map.put(series(-1, tail), told.get(tail));
    }
    told.forEach((tail, state) -> assertThat(map.get(series(-1, tail), none)).isSameAs(state));
  }

  @Test
  void itHoldsWhatAnyMapHolds() {
    var random = new Random(11);
    Map<Integer, State> told = new HashMap<>();
    int cleared = 0;
    for (int i = 0; i < 50_000; i++) {
      int number = random.nextInt(5_000);
      assertThat(map.get(hashed(number), none)).isSameAs(told.get(number));
      told.put(number, new State());
      map.put(hashed(number), told.get(number));
      if (random.nextInt(10_000) == 0) {
        map.clear();
        told.clear();
        cleared++;
      }
    }
    assertThat(cleared).isPositive();
    assertThat(told).hasSizeGreaterThan(2_000);
  }

  @Test
  void aBookmarkHoldsItsSeriesOnlyWhileTheMapHasIt() {
    Bookmark bookmark = new Bookmark();
    State first = new State();
    map.put(series(1, 2), first);
    map.get(series(1, 2), bookmark);
    assertThat(bookmark.foundBy(map)).isSameAs(first);

    State second = new State();
    map.put(series(1, 2), second);
    assertThat(bookmark.isFree()).isTrue();
    assertThat(map.get(series(1, 2), bookmark)).isSameAs(second);
    map.clear();
    assertThat(bookmark.isFree()).isTrue();
    assertThat(map.get(series(1, 2), bookmark)).isNull();
  }

  @Test
  void ofTwoBookmarksOfASeriesTheNewerHoldsIt() {
    Bookmark ofOldRules = new Bookmark();
    Bookmark ofNewRules = new Bookmark();
    map.put(series(1, 2), new State());
    map.get(series(1, 2), ofOldRules);
    map.get(series(1, 2), ofNewRules);
    assertThat(ofOldRules.isFree()).isTrue();
    assertThat(ofNewRules.isFree()).isFalse();
  }

  @Test
  void ofTwoStepsOfTheSameRowsTheFirstKeepsTheBookmark() {
    SeriesMap second = new SeriesMap();
    Bookmark shared = new Bookmark();
    State ofFirst = new State();
    State ofSecond = new State();
    map.put(series(1, 2), ofFirst);
    second.put(series(1, 2), ofSecond);
    for (int row = 0; row < 2; row++) {
      assertThat(map.get(series(1, 2), shared)).isSameAs(ofFirst);
      assertThat(second.get(series(1, 2), shared)).isSameAs(ofSecond);
      assertThat(shared.foundBy(map)).isSameAs(ofFirst);
    }
  }

  @Test
  void aBookmarkOfAnotherSeriesOrMapMisleadsNobody() {
    var random = new Random(12);
    SeriesMap other = new SeriesMap();
    Bookmark[] bookmarks = new Bookmark[100];
    Arrays.setAll(bookmarks, i -> new Bookmark());
    State[] told = new State[200];
    int misled = 0;
    for (int i = 0; i < 100_000; i++) {
      int number = random.nextInt(told.length);
      Bookmark bookmark = bookmarks[random.nextInt(bookmarks.length)];
      SeriesMap asked = random.nextInt(10) == 0 ? other : map;
      State expected = asked == map ? told[number] : null;
      Object found = bookmark.foundBy(asked);
      misled += found == null || found == expected ? 0 : 1;
      assertThat(asked.get(hashed(number), bookmark)).isSameAs(expected);
      if (random.nextInt(100) == 0) {
        told[number] = new State();
        map.put(hashed(number), told[number]);
      }
      if (random.nextInt(5_000) == 0) {
        map.clear();
        Arrays.fill(told, null);
      }
    }
    assertThat(misled).isGreaterThan(10_000);
  }

  private static byte[] hashed(int number) {
    var random = new Random(number);
    return series(random.nextLong(), random.nextLong());
  }

  private static byte[] series(long head, long tail) {
    return ByteBuffer.allocate(16).putLong(head).putLong(tail).array();
  }

  private static final class State extends AlarmState {}
}
