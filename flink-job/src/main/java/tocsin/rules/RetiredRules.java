package tocsin.rules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;

/**
 * Rules that judged something and, by a later publication, do so no more: removed, disabled, about
 * another subject, or beaten by a rule that is new. Kept in broadcast state until every entity that
 * is alive has had a reading, so that its open alarms clear.
 *
 * <p>A subject may meet a retired rule that never judged it; clearing what is not open says
 * nothing.
 */
final class RetiredRules {
  /** Above this silence an incident has long been resolved as quiet. */
  private static final long KEPT_MS = 24 * 3_600_000L;

  private static final int MAX_KEPT = 1_000;
  private static final String PREFIX = "retired/";

  private List<Rule> rules = List.of();

  List<Rule> rules() {
    return rules;
  }

  /** Takes up what the state holds. */
  void restore(ReadOnlyBroadcastState<String, String> state) throws Exception {
    List<Rule> kept = new ArrayList<>();
    for (Map.Entry<String, String> entry : state.immutableEntries()) {
      if (entry.getKey().startsWith(PREFIX)) {
        kept.add(Retirement.parse(entry.getValue()).rule());
      }
    }
    kept.sort(Comparator.comparing(Rule::id));
    rules = List.copyOf(kept);
  }

  /** Adds to the state what {@code after} ends, and drops what has been there for long. */
  void update(RuleSet before, RuleSet after, long nowMs, BroadcastState<String, String> state)
      throws Exception {
    Map<String, Retirement> kept = new HashMap<>();
    for (Map.Entry<String, String> entry : state.immutableEntries()) {
      if (entry.getKey().startsWith(PREFIX)) {
        kept.put(entry.getKey(), Retirement.parse(entry.getValue()));
      }
    }
    for (Rule rule : ended(before, after)) {
      kept.put(PREFIX + rule.scope(), new Retirement(nowMs, rule));
    }
    List<String> newestFirst =
        kept.keySet().stream()
            .sorted(Comparator.comparing((String key) -> -kept.get(key).atMs()))
            .toList();
    for (int place = 0; place < newestFirst.size(); place++) {
      String key = newestFirst.get(place);
      if (place < MAX_KEPT && kept.get(key).atMs() > nowMs - KEPT_MS) {
        state.put(key, kept.get(key).text());
      } else {
        state.remove(key);
      }
    }
    restore(state);
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
