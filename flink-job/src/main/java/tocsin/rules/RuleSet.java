package tocsin.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A published rule set, and which of its rules judge a reading. A disabled rule is as good as
 * absent. Within a slot a rule for (entity, metric) takes the place of (entity, *), that of (*,
 * metric), and that of (*, *).
 */
final class RuleSet {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final long version;
  private final String text;
  private final Map<String, List<Rule>> bySource = new HashMap<>();
  private final Map<String, Rule> byScope = new LinkedHashMap<>();

  RuleSet(long version, List<Rule> rules, String text) {
    this.version = version;
    this.text = text;
    for (Rule rule : rules) {
      if (rule.enabled()) {
        bySource.computeIfAbsent(rule.source(), source -> new ArrayList<>()).add(rule);
        byScope.put(rule.scope(), rule);
      }
    }
  }

  /**
   * Reads a PublishedRuleSet.
   *
   * @throws IOException that says what is wrong with it
   */
  static RuleSet parse(String text) throws IOException {
    JsonNode json = JSON.readTree(text);
    if (!json.path("version").isIntegralNumber() || !json.path("rules").isArray()) {
      throw new IOException("a published rule set needs a whole 'version' and a list of 'rules'");
    }
    List<Rule> rules = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonNode each : json.path("rules")) {
      Rule rule = Rule.parse(each);
      if (!ids.add(rule.id())) {
        throw new IOException("two rules have the id '" + rule.id() + "'");
      }
      rules.add(rule);
    }
    return new RuleSet(json.get("version").asLong(), rules, text);
  }

  long version() {
    return version;
  }

  /** The object as it was published. */
  String text() {
    return text;
  }

  /** Every enabled rule. */
  Collection<Rule> rules() {
    return byScope.values();
  }

  /** True when a rule of the same id judges the same subjects in the same way, by any limits. */
  boolean holds(Rule rule) {
    return byScope.containsKey(rule.scope());
  }

  /**
   * The rules that judge this metric of this entity; several only when they are equally specific.
   */
  List<Rule> rulesFor(String source, String entity, String metric) {
    Map<String, List<Rule>> bySlot = new HashMap<>();
    for (Rule rule : bySource.getOrDefault(source, List.of())) {
      if (rule.appliesTo(entity, metric)) {
        List<Rule> rivals = bySlot.computeIfAbsent(rule.slot(), slot -> new ArrayList<>());
        if (!rivals.isEmpty() && rivals.get(0).specificity() < rule.specificity()) {
          rivals.clear();
        }
        if (rivals.isEmpty() || rivals.get(0).specificity() == rule.specificity()) {
          rivals.add(rule);
        }
      }
    }
    return bySlot.values().stream().flatMap(List::stream).toList();
  }
}
