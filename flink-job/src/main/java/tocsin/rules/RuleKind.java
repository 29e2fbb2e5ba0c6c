package tocsin.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The kinds of contracts/rule-kinds.ts, each with the numbers that only its own SQL reads, as
 * {@code rule.numbers['name']}. A number without a default is absent there until a rule sets it.
 */
enum RuleKind {
  LIMITS("min_duration_seconds", 0.0),
  SUSTAINED("duration_seconds", null),
  MISSING("expected_seconds", null, "factor", 3.0, "min_gaps", 10.0, "min_seconds", 30.0),
  SILENCE("expected_seconds", null, "factor", 3.0, "min_gaps", 10.0, "min_seconds", 60.0),
  FLAT("readings", null, "duration_seconds", null, "tolerance", 0.0),
  RATE("min_interval_seconds", 1.0),
  DRIFT("warm_up", 100.0, "slack", 0.5, "threshold", 12.0),
  DEVIATION("hold_readings", 0.0),
  SEASONAL("min_days", 3.0),
  NOVELTY("warn", null, "page", null),
  WINDOW();

  private final Map<String, Double> defaults = new TreeMap<>();

  RuleKind(Object... namesAndDefaults) {
    for (int i = 0; i < namesAndDefaults.length; i += 2) {
      defaults.put((String) namesAndDefaults[i], (Double) namesAndDefaults[i + 1]);
    }
  }

  /** The kind of that word, or null. */
  static RuleKind of(String word) {
    for (RuleKind kind : values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    return null;
  }

  /** Every kind's word. */
  static List<String> words() {
    return Arrays.stream(values()).map(RuleKind::word).toList();
  }

  /** As rules and SQL files spell it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True when every rule of this kind has that number. */
  boolean alwaysHas(String number) {
    return defaults.get(number) != null;
  }

  /**
   * The numbers of a rule of this kind.
   *
   * @throws IOException that names the rule and the number that is none
   */
  Map<String, Double> numbers(JsonNode rule) throws IOException {
    Map<String, Double> numbers = new TreeMap<>();
    for (Map.Entry<String, Double> each : defaults.entrySet()) {
      Double number = Rule.number(rule, each.getKey());
      if (number != null || each.getValue() != null) {
        numbers.put(each.getKey(), number == null ? each.getValue() : number);
      }
    }
    return Map.copyOf(numbers);
  }
}
