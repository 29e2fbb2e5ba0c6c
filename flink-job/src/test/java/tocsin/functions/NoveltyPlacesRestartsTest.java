package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Places of keys that stay away, while the job restarts again and again. */
class NoveltyPlacesRestartsTest extends NoveltyPlacesCase {
  private static final long DAY_MS = 24L * 3_600_000;

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
}
