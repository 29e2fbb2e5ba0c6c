package tocsin.rules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules that judged something and, by a later publication, do so no more: removed, disabled, about
 * another subject, or beaten by a rule that is new. Kept in state until every entity that is alive
 * has had a reading, so that its open alarms clear.
 *
 * <p>A subject may meet a retired rule that never judged it; clearing what is not open says
 * nothing.
 */
final class RetiredRules {
  /** Above this silence an incident has long been resolved as quiet. */
  private static final long KEPT_MS = 24 * 3_600_000L;

  static final int MAX_KEPT = 1_000;

  private final Map<String, Retirement> byScope = new HashMap<>();
  private List<Rule> rules = List.of();

  List<Rule> rules() {
    return rules;
  }

  /** Each as a text, for the state. */
  List<String> texts() {
    return byScope.values().stream().map(Retirement::text).sorted().toList();
  }

  /** Takes up what one or several tasks kept in their state. */
  void restore(Iterable<String> texts) throws IOException {
    for (String text : texts) {
      add(Retirement.parse(text));
    }
    list();
  }

  /**
   * Adds what {@code after} ends, and drops what has been there for long; and where there are more
   * than {@link #MAX_KEPT}, the oldest of them.
   *
   * @return how many were dropped for their number: what these have open does not clear
   */
  int update(RuleSet before, RuleSet after, long nowMs) {
    for (Rule rule : ended(before, after)) {
      add(new Retirement(nowMs, rule));
    }
    byScope.values().removeIf(retirement -> retirement.atMs() <= nowMs - KEPT_MS);
    List<String> oldestFirst =
        byScope.keySet().stream()
            .sorted(Comparator.comparing((String scope) -> byScope.get(scope).atMs()))
            .toList();
    int tooMany = Math.max(0, oldestFirst.size() - MAX_KEPT);
    oldestFirst.subList(0, tooMany).forEach(byScope::remove);
    list();
    return tooMany;
  }

  private void add(Retirement retirement) {
    byScope.merge(
        retirement.rule().scope(),
        retirement,
        (one, other) -> one.atMs() >= other.atMs() ? one : other);
  }

  private void list() {
    rules =
        byScope.values().stream()
            .map(Retirement::rule)
            .sorted(Comparator.comparing(Rule::id))
            .toList();
  }

  /** Rules of {@code before} that judge less, or nothing, under {@code after}. */
  private static List<Rule> ended(RuleSet before, RuleSet after) {
    List<Rule> ended = new ArrayList<>();
    for (Rule rule : before.rules()) {
      boolean gone = !after.holds(rule);
      boolean beaten =
          after.rules().stream().anyMatch(rival -> rival.beats(rule) && !before.holds(rival));
      if (gone || beaten) {
        ended.add(rule);
      }
    }
    return ended;
  }

  /** A rule and when it ceased, as the text that state holds: milliseconds, space, the rule. */
  private record Retirement(long atMs, Rule rule) {
    static Retirement parse(String text) throws IOException {
      int space = text.indexOf(' ');
      return new Retirement(
          Long.parseLong(text.substring(0, space)), Rule.parse(text.substring(space + 1)));
    }

    String text() {
      return atMs + " " + rule.json();
    }
  }
}
