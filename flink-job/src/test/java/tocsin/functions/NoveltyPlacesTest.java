package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NoveltyPlacesTest {
  private static final int KEY_GROUPS = 128;
  private static final long DAY_MS = 24L * 3_600_000;

  private long nowMs = 1_800_000_000_000L;

  /** As Flink keeps it, whichever instance reads it. */
  private final Map<String, NoveltyKey> state = new HashMap<>();

  private NoveltyPlaces places = started(2);

  @Test
  void aKeyBeyondThePlacesIsNotJudgedUntilOneIsFree() {
    assertThat(judges("a")).isTrue();
    assertThat(judges("b")).isTrue();
    assertThat(judges("c")).isFalse();
    assertThat(judges("a")).isTrue();
    ends("a");
    assertThat(judges("c")).isTrue();
    assertThat(judges("a")).isFalse();
    assertThat(places.taken()).isEqualTo(2);
  }

  @Test
  void afterARestartNewKeysTakeNoPlaceOfThoseThatWereKnown() {
    judgesAgainAndAgain("a", "b");
    places = started(2);
    assertThat(judges("b")).isTrue();
    assertThat(judges("c")).isFalse();
    assertThat(judges("a")).isTrue();
    assertThat(judges("c")).isFalse();
  }

  @Test
  void aNewKeyThatCameBeforeAnyKnownOneLosesThePlaceThatItTook() {
    judgesAgainAndAgain("a", "b");
    places = started(2);
    assertThat(judges("c")).isTrue();
    assertThat(judges("a")).isTrue();
    assertThat(judges("c")).isFalse();
    assertThat(judges("b")).isTrue();
    assertThat(judges("a")).isTrue();
    assertThat(judges("c")).isFalse();
    assertThat(places.taken()).isEqualTo(2);
  }

  @Test
  void afterARestartAKnownKeyWhoseRuleEndedFreesItsPlace() {
    judgesAgainAndAgain("a", "b");
    places = started(2);
    judges("a");
    ends("a");
    assertThat(judges("c")).isTrue();
    assertThat(judges("d")).isFalse();
    assertThat(judges("b")).isTrue();
  }

  @Test
  void whatWasFreeBeforeARestartIsFreeAfterIt() {
    places = started(3);
    judgesAgainAndAgain("a", "b");
    places = started(3);
    assertThat(judges("a")).isTrue();
    assertThat(judges("c")).isTrue();
    assertThat(judges("d")).isFalse();
    assertThat(judges("b")).isTrue();
  }

  @Test
  void aKeyThatHasNoReadingForThirtyDaysFreesItsPlace() {
    judges("a");
    judges("b");
    nowMs += NoveltyPlaces.KEPT_MS - 100_000;
    assertThat(judges("b")).isTrue();
    assertThat(judges("c")).isFalse();
    nowMs += 100_000;
    assertThat(judges("c")).isTrue();
    assertThat(judges("a")).isFalse();
    assertThat(judges("b")).isTrue();
  }

  @Test
  void aKnownKeyWhoseRuleEndsWithTheFirstRowAfterARestartFreesItsPlace() {
    judgesAgainAndAgain("a", "b");
    places = started(2);
    ends("a");
    assertThat(places.taken()).isEqualTo(1);
    assertThat(judges("c")).isTrue();
    assertThat(judges("d")).isFalse();
    assertThat(judges("b")).isTrue();
    assertThat(judges("c")).isTrue();
    assertThat(places.taken()).isEqualTo(2);
  }

  @Test
  void anUnknownKeyWhoseRuleEndsFreesNoPlaceOfAKnownOne() {
    judgesAgainAndAgain("a", "b");
    places = started(2);
    judges("b");
    ends("c");
    assertThat(judges("d")).isFalse();
  }

  @Test
  void aNewcomerThatLosesItsPlaceFreesNoPlaceOfAKnownKey() {
    judgesAgainAndAgain("a", "b");
    places = started(2);
    judges("c");
    judges("b");
    assertThat(judges("c")).isFalse();
    assertThat(places.taken()).isEqualTo(2);
    assertThat(judges("d")).isFalse();
  }

  @Test
  void knownKeysThatStayAwayForThirtyDaysAfterARestartFreeTheirPlacesWithinADay() {
    judgesAgainAndAgain("a", "b");
    places = started(2);
    judges("a");
    assertThat(judges("c")).isFalse();
    nowMs += NoveltyPlaces.KEPT_MS - 100;
    assertThat(judges("a")).isTrue();
    assertThat(judges("c")).isFalse();
    nowMs += DAY_MS;
    assertThat(judges("a")).isTrue();
    assertThat(judges("c")).isTrue();
  }

  @Test
  void furtherRestartsDoNotProlongTheThirtyDaysOfAKeyThatStaysAway() {
    judgesAgainAndAgain("a", "b");
    for (int day = 0; day < 30; day += 6) {
      places = started(2);
      judges("a");
      assertThat(judges("c")).isFalse();
      nowMs += 6 * DAY_MS - 10_000;
    }
    places = started(2);
    judges("a");
    assertThat(judges("c")).isFalse();
    nowMs += DAY_MS;
    judges("a");
    assertThat(judges("c")).isTrue();
  }

  @Test
  void aPlaceIsFreeAfterThirtyDaysAlsoWhereTheJobRestartsJustThen() {
    judgesAgainAndAgain("a", "b");
    nowMs += 15 * DAY_MS;
    places = started(2);
    judges("a");
    nowMs += 16 * DAY_MS;
    places = started(2);
    judges("a");
    assertThat(places.taken()).isEqualTo(1);
    assertThat(judges("c")).isTrue();
  }

  @Test
  void keysThatWentAwayAtDifferentTimesFreeTheirPlacesOneAfterTheOther() {
    places = started(3);
    judgesAgainAndAgain("a", "b", "c");
    nowMs += 10 * DAY_MS;
    judges("a");
    judges("b");
    nowMs += 10 * DAY_MS;
    judges("a");
    for (int expected : new int[] {3, 2, 1}) {
      places = started(3);
      judges("a");
      assertThat(places.taken()).isEqualTo(expected);
      nowMs += 11 * DAY_MS;
    }
  }

  @Test
  void keysThatComeBackAfterSeveralRestartsStillHaveTheirPlaces() {
    judgesAgainAndAgain("a", "b");
    for (int restart = 0; restart < 4; restart++) {
      nowMs += 7 * DAY_MS;
      places = started(2);
      judges("a");
    }
    assertThat(judges("c")).isFalse();
    assertThat(judges("b")).isTrue();
    assertThat(places.taken()).isEqualTo(2);
    assertThat(judges("c")).isFalse();
  }

  @Test
  void halfAYearOfWeeklyRestartsNeverTakesMorePlacesThanThereAreAndLeavesOutNoneThatFits() {
    places = started(100);
    assertThat(halfAYear(100, 20, 10)).allMatch(judged -> judged == 10);
  }

  @Test
  void whereMoreSeriesComeThanHavePlacesTheOnesThatFreeThemLetNewOnesIn() {
    places = started(100);
    List<Integer> judged = halfAYear(100, 20, 30);
    for (int week = 0; week + 6 <= judged.size(); week++) {
      int ofSixWeeks = judged.subList(week, week + 6).stream().mapToInt(Integer::intValue).sum();
      assertThat(ofSixWeeks).as("weeks from %d on", week).isBetween(80, 160);
    }
  }

  @Test
  void unevenlyHashedKeysAllHaveAPlaceWhereThereAreAsManyAsAllowed() {
    for (int instances : new int[] {1, 2, 3, 8, 32}) {
      int places = NoveltyPlaces.placesOf(10_000, instances, KEY_GROUPS);
      for (int seed = 0; seed < 50; seed++) {
        int[] keys = new int[instances];
        Random random = new Random(seed);
        for (int key = 0; key < 10_000; key++) {
          keys[random.nextInt(KEY_GROUPS) * instances / KEY_GROUPS]++;
        }
        for (int count : keys) {
          assertThat(count).isLessThanOrEqualTo(places);
        }
      }
    }
    assertThat(NoveltyPlaces.placesOf(10_000, 1, KEY_GROUPS)).isEqualTo(10_000);
    assertThat(2 * NoveltyPlaces.placesOf(10_000, 2, KEY_GROUPS)).isLessThan(10_600);
  }

  /**
   * Each day all that live are read thrice, in an order of chance; each week others change, and the
   * job restarts. Holds the places to what Flink keeps.
   *
   * @return for each week how many of the changing ones were judged at its end
   */
  private List<Integer> halfAYear(int maxKeys, int stable, int changing) {
    Random random = new Random(7);
    List<Integer> judgedOfWeek = new ArrayList<>();
    for (int week = 0; week < 26; week++) {
      List<String> live = new ArrayList<>();
      for (int i = 0; i < stable + changing; i++) {
        live.add(i < stable ? "stable-" + i : "week-" + week + "-" + i);
      }
      places = started(maxKeys);
      int judged = 0;
      for (int day = 0; day < 7; day++) {
        for (int round = 0; round < 3; round++) {
          Collections.shuffle(live, random);
          judged = (int) live.stream().filter(this::judges).count();
        }
        assertThat(keptSince(30)).isLessThanOrEqualTo(maxKeys);
        assertThat(places.taken()).isBetween(keptSince(30), keptSince(31));
        nowMs += DAY_MS;
      }
      assertThat(live.stream().filter(each -> each.startsWith("stable")).allMatch(this::judges))
          .isTrue();
      judgedOfWeek.add(judged - stable);
    }
    return judgedOfWeek;
  }

  private int keptSince(int days) {
    return (int)
        state.values().stream().filter(key -> nowMs - key.readAtMs < days * DAY_MS).count();
  }

  private NoveltyPlaces started(int maxKeys) {
    nowMs += 1_000;
    return new NoveltyPlaces(maxKeys, 1, KEY_GROUPS, () -> nowMs);
  }

  /** One reading of a key, as NOVELTY treats it, and Flink its state. */
  private boolean judges(String name) {
    nowMs++;
    NoveltyKey key = state.get(name);
    if (key == null || nowMs - key.readAtMs >= NoveltyPlaces.KEPT_MS) {
      key = new NoveltyKey();
    }
    if (!places.mayJudge(name, key)) {
      if (key.known) {
        ends(name);
      }
      return false;
    }
    key.known = true;
    state.put(name, key);
    return true;
  }

  private void judgesAgainAndAgain(String... names) {
    for (int round = 0; round < 2; round++) {
      for (String name : names) {
        judges(name);
      }
    }
  }

  private void ends(String name) {
    places.forget(name, state.getOrDefault(name, new NoveltyKey()));
    state.remove(name);
  }
}
