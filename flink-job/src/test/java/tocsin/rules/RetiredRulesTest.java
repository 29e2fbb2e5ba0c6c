package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetiredRulesTest {
  private static final long DAY_MS = 24 * 3_600_000L;
  private static final int MOST = RetiredRules.MAX_KEPT;

  private final RetiredRules retired = new RetiredRules();

  @Test
  void keepsARuleThatEndedForADay() throws IOException {
    assertThat(retired.update(rules(0, 2), rules(1, 2), 0)).isZero();
    assertThat(retired.rules()).extracting(Rule::id).containsExactly("rule-0");
    assertThat(retired.update(rules(1, 2), rules(1, 2), DAY_MS - 1)).isZero();
    assertThat(retired.rules()).hasSize(1);
    assertThat(retired.update(rules(1, 2), rules(1, 2), DAY_MS)).isZero();
    assertThat(retired.rules()).isEmpty();
  }

  @Test
  void saysHowManyOfTheOldestItForgetsWhereTooManyEnd() throws IOException {
    assertThat(retired.update(rules(0, MOST + 9), rules(3, MOST + 9), 0)).isZero();
    assertThat(retired.update(rules(3, MOST + 9), rules(MOST, MOST + 9), 1)).isZero();
    assertThat(retired.rules()).hasSize(MOST);
    assertThat(retired.update(rules(MOST, MOST + 9), rules(MOST + 2, MOST + 9), 2)).isEqualTo(2);
    assertThat(retired.rules())
        .hasSize(MOST)
        .extracting(Rule::id)
        .contains("rule-" + (MOST + 1))
        .doesNotContain("rule-" + (MOST + 2));
    assertThat(retired.rules())
        .extracting(Rule::id)
        .filteredOn(id -> id.equals("rule-0") || id.equals("rule-1") || id.equals("rule-2"))
        .hasSize(1);
  }

  /** Rules of these numbers, each about a metric of its own. */
  private static RuleSet rules(int from, int until) throws IOException {
    return RuleSet.parse(
        IntStream.range(from, until)
            .mapToObj(
                number ->
                    "{\"id\":\"rule-%d\",\"kind\":\"limits\",\"source\":\"s\",\"metric\":\"m%d\",\"high\":1}"
                        .formatted(number, number))
            .collect(Collectors.joining(",", "{\"version\":1,\"rules\":[", "]}")));
  }
}
