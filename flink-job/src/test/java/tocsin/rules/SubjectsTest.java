package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;

/** What is remembered of each subject, and of how many. */
class SubjectsTest {
  private final Subjects<Named> subjects = new Subjects<>(100);

  @Test
  void whatWasPutIsFoundAgainAndNothingElse() {
    assertThat(get("pumps", "a", "bar")).isNull();
    subjects.put(new Named("known", 1));
    assertThat(get("pumps", "a", "bar")).isEqualTo("known");
    assertThat(get("pumps", "a", "rpm")).isNull();
    assertThat(get("pumps", "b", "bar")).isNull();
    assertThat(get("fans", "a", "bar")).isNull();
  }

  @Test
  void namesThatReadAlikeInARowAreTwo() {
    get("pumps", "ab", "c");
    subjects.put(new Named("first", 1));
    assertThat(get("pumps", "a", "bc")).isNull();
    assertThat(get("pumpsa", "b", "c")).isNull();
    assertThat(get("", "pumpsab", "c")).isNull();
    assertThat(get("pumps", "ab", "c\0")).isNull();
  }

  @Test
  void namesOfAnyLengthAndLetterAreKept() {
    String[] names = {"", "ä", "日本", "x".repeat(3_000), "1234567", "12345678"};
    for (String name : names) {
      get(name, name, name);
      subjects.put(new Named(name, 1));
    }
    for (String name : names) {
      assertThat(get(name, name, name)).isEqualTo(name);
    }
  }

  @Test
  void oneThatIsAskedForIsNotForgottenHoweverManyOthersCome() {
    get("pumps", "old", "bar");
    subjects.put(new Named("here", 1));
    int known = 0;
    for (int other = 0; other < 1_000; other++) {
      if (get("pumps", "other-" + other, "bar") == null) {
        subjects.put(new Named("other", 1));
      }
      assertThat(get("pumps", "old", "bar")).isEqualTo("here");
    }
    for (int other = 0; other < 1_000; other++) {
      known += get("pumps", "other-" + other, "bar") == null ? 0 : 1;
    }
    assertThat(known).isBetween(1, 100);
  }

  @Test
  void ofWhatWeighsMoreLessIsKept() {
    for (int other = 0; other < 100; other++) {
      get("pumps", "other-" + other, "bar");
      subjects.put(new Named("other", 10));
    }
    int known = 0;
    for (int other = 99; other >= 0 && get("pumps", "other-" + other, "bar") != null; other--) {
      known++;
    }
    assertThat(known).isBetween(5, 10);
  }

  @Test
  void afterClearNothingIsKnown() {
    get("pumps", "a", "bar");
    subjects.put(new Named("known", 1));
    subjects.clear();
    assertThat(get("pumps", "a", "bar")).isNull();
  }

  @Test
  void ofManyAllAreFoundAlsoOnceTheyHaveBecomeTheGenerationBefore() {
    Subjects<Named> many = new Subjects<>(20_000);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 9_000; i++) {
        StringData name = StringData.fromString("user" + i);
        Named known = many.get(name, name, name);
        if (round == 0) {
          assertThat(known).isNull();
          many.put(new Named("user" + i, 1));
        } else {
          assertThat(known.name).isEqualTo("user" + i);
        }
      }
      for (int i = 0; i < 1_500 && round == 0; i++) {
        StringData name = StringData.fromString("other" + i);
        many.get(name, name, name);
        many.put(new Named("other", 1));
      }
    }
  }

  @Test
  void itNeverTellsOfOneWhatIsKnownOfAnother() {
    var random = new Random(7);
    Map<String, String> told = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String entity = "user" + random.nextInt(200);
      String value = get("payments", entity, "amount");
      if (value == null) {
        subjects.put(new Named(entity, 1));
        told.put(entity, entity);
      } else {
        assertThat(value).isEqualTo(entity);
      }
    }
    assertThat(told).hasSize(200);
  }

  private String get(String source, String entity, String metric) {
    Named known =
        subjects.get(
            StringData.fromString(source),
            StringData.fromString(entity),
            StringData.fromString(metric));
    return known == null ? null : known.name;
  }

  private static final class Named extends Subjects.Known<Named> {
    private final String name;
    private final int weight;

    Named(String name, int weight) {
      this.name = name;
      this.weight = weight;
    }

    @Override
    int weight() {
      return weight;
    }
  }
}
