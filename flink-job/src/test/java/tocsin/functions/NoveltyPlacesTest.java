package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NoveltyPlacesTest extends NoveltyPlacesCase {
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
}
