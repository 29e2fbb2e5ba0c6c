package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleSetTest {
  /** Every number that a kind may know, set. */
  private static final String ALL_NUMBERS =
      Stream.of(
              "min_duration_seconds",
              "duration_seconds",
              "expected_seconds",
              "factor",
              "min_gaps",
              "min_seconds",
              "readings",
              "tolerance",
              "min_interval_seconds",
              "warm_up",
              "slack",
              "threshold",
              "min_days")
          .map(name -> ",\"" + name + "\":7")
          .collect(Collectors.joining());

  private static final String ALL_FOUR =
      rule("any", "*", "*")
          + ","
          + rule("metric", "*", "m")
          + ","
          + rule("entity", "e", "*")
          + ","
          + rule("both", "e", "m");

  @ParameterizedTest
  @CsvSource({"e,m,both", "e,x,entity", "x,m,metric", "x,x,any"})
  void theMostSpecificRuleJudges(String entity, String metric, String winner) throws IOException {
    assertThat(ids(ALL_FOUR, entity, metric)).containsExactly(winner);
  }

  @Test
  void rulesOfDifferentSlotsDoNotCompete() throws IOException {
    String rules =
        rule("limit", "e", "m")
            + ",{\"id\":\"deviation\",\"kind\":\"deviation\",\"source\":\"s\",\"metric\":\"*\"}"
            + ",{\"id\":\"sum\",\"kind\":\"window\",\"source\":\"s\",\"metric\":\"m\",\"window\":\"hopping\",\"aggregate\":\"sum\",\"high\":1}"
            + ",{\"id\":\"avg\",\"kind\":\"window\",\"source\":\"s\",\"metric\":\"m\",\"window\":\"hopping\",\"aggregate\":\"avg\",\"high\":1}"
            + ",{\"id\":\"tumbling\",\"kind\":\"window\",\"source\":\"s\",\"metric\":\"m\",\"window\":\"tumbling\",\"aggregate\":\"avg\",\"high\":1}";
    assertThat(ids(rules, "e", "m"))
        .containsExactlyInAnyOrder("limit", "deviation", "sum", "avg", "tumbling");
  }

  @Test
  void equallySpecificRulesAllJudge() throws IOException {
    assertThat(ids(rule("one", "*", "m") + "," + rule("two", "*", "m"), "e", "m"))
        .containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void aDisabledRuleIsAsGoodAsAbsent() throws IOException {
    String off = rule("off", "e", "m").replace("\"id\"", "\"enabled\":false,\"id\"");
    assertThat(ids(rule("all", "*", "m") + "," + off, "e", "m")).containsExactly("all");
  }

  @Test
  void rulesOfAnotherSourceDoNotJudge() throws IOException {
    RuleSet rules = RuleSet.parse("{\"version\":1,\"rules\":[" + ALL_FOUR + "]}");
    assertThat(rules.rulesFor("other", "e", "m")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"rules\":[]}",
        "{\"version\":1}",
        "{\"version\":\"1\",\"rules\":[]}",
        "{\"version\":1,\"rules\":[{}]}",
        "{\"version\":1,\"rules\":[{\"id\":\"r\",\"kind\":\"limits\",\"source\":\"s\",\"metric\":\"m\",\"high\":\"9\"}]}",
        "{\"version\":1,\"rules\":[{\"id\":\"r\",\"kind\":\"seasonal\",\"source\":\"s\",\"metric\":\"m\",\"time_zone\":\"Mars/Olympus\"}]}",
        "{\"version\":1,\"rules\":[{\"id\":\"r\",\"kind\":\"drift\",\"source\":\"s\",\"metric\":\"m\",\"slack\":\"half\"}]}",
        "{\"version\":1,\"rules\":[{\"id\":\"r\",\"kind\":\"window\",\"source\":\"s\",\"metric\":\"m\",\"high\":9}]}",
        "{\"version\":1,\"rules\":[{\"id\":\"r\",\"kind\":\"limits\",\"source\":\"s\",\"metric\":\"m\",\"enabled\":\"no\"}]}",
        "{\"version\":1,\"rules\":[{\"id\":\"r\",\"kind\":\"limits\",\"source\":\"s\",\"metric\":\"m\"},{\"id\":\"r\",\"kind\":\"limits\",\"source\":\"s\",\"metric\":\"n\"}]}",
        "not json"
      })
  void refusesWhatIsNoPublishedRuleSet(String text) {
    assertThatThrownBy(() -> RuleSet.parse(text)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({"'\"warn\":6,\"page\":5',5.0,6.0", "'\"page\":4',4.0,4.78", "'\"warn\":7',6.34,7.0"})
  void refusesANoveltyRuleThatPagesBeforeItWarns(String thresholds, String page, String warn) {
    String rule = "{\"id\":\"new\",\"kind\":\"novelty\",\"source\":\"s\",\"metric\":\"m\",";
    assertThatThrownBy(
            () -> RuleSet.parse("{\"version\":1,\"rules\":[" + rule + thresholds + "}]}"))
        .hasMessage(
            "rule new: page (%s) is below warn (%s): what pages must also warn", page, warn);
  }

  @Test
  void everyKindHasTheNumbersAndDefaultsOfTheContract() throws IOException {
    JsonNode schema =
        new ObjectMapper()
            .readTree(Files.readString(Path.of("../contracts/generated/rule.schema.json")));
    Set<String> kinds = new HashSet<>();
    for (JsonNode shape : schema.get("oneOf")) {
      String kind = shape.at("/properties/kind/const").asText();
      kinds.add(kind);
      String text = "{\"id\":\"r\",\"source\":\"s\",\"metric\":\"*\",\"kind\":\"" + kind + "\"";
      Rule rule =
          Rule.parse(text + ",\"window\":\"hopping\",\"aggregate\":\"sum\"" + ALL_NUMBERS + "}");
      Rule bare = Rule.parse(text + ",\"window\":\"hopping\",\"aggregate\":\"sum\"}");
      for (Map.Entry<String, Double> number : rule.numbers().entrySet()) {
        JsonNode property = shape.at("/properties/" + number.getKey());
        assertThat(property.isMissingNode()).as(kind + " " + number.getKey()).isFalse();
        Double otherwise = property.has("default") ? property.get("default").asDouble() : null;
        assertThat(bare.numbers().get(number.getKey())).as(kind).isEqualTo(otherwise);
      }
      if (shape.at("/properties/min_samples").has("default")) {
        assertThat(bare.minSamples())
            .isEqualTo(shape.at("/properties/min_samples/default").asLong());
      }
    }
    assertThat(kinds)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(RuleKind.values()).map(RuleKind::word).toList());
  }

  private static List<String> ids(String rules, String entity, String metric) throws IOException {
    return RuleSet.parse("{\"version\":1,\"rules\":[" + rules + "]}")
        .rulesFor("s", entity, metric)
        .stream()
        .map(Rule::id)
        .toList();
  }

  private static String rule(String id, String entity, String metric) {
    return "{\"id\":\"%s\",\"kind\":\"limits\",\"source\":\"s\",\"entity\":\"%s\",\"metric\":\"%s\",\"high\":1}"
        .formatted(id, entity, metric);
  }
}
