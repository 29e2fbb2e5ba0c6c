package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Which readings a rule hears of that asks only whether any come. */
class ArrivalPulseTest {
  @Test
  void theFirstOfEachSecondIsHeard() throws IOException {
    assertThat(heard("", 1_000, 1_000, 1_400, 1_999, 2_000, 2_999, 3_500))
        .containsExactly(1_000, 2_000, 3_500);
  }

  @Test
  void aRuleThatMindsShortSilencesHearsMore() throws IOException {
    assertThat(heard(", \"min_seconds\": 3", 1_000, 1_050, 1_099, 1_100, 1_250))
        .containsExactly(1_000, 1_100, 1_250);
  }

  @Test
  void aRuleWithoutALeastSilenceHearsAll() throws IOException {
    assertThat(heard(", \"min_seconds\": 0", 1_000, 1_000, 1_001))
        .containsExactly(1_000, 1_000, 1_001);
  }

  @Test
  void aReadingFromBeforeIsHeard() throws IOException {
    assertThat(heard("", 5_000, 3_000, 3_100, 5_100)).containsExactly(5_000, 3_000, 5_100);
  }

  private static long[] heard(String settings, long... arrivals) throws IOException {
    Rule rule =
        Rule.parse(
            "{\"id\": \"gone\", \"kind\": \"missing\", \"source\": \"pumps\", \"metric\": \"bar\""
                + settings
                + "}");
    ArrivalPulse pulse = ArrivalPulse.of(rule);
    return Arrays.stream(arrivals).filter(pulse::beats).toArray();
  }
}
