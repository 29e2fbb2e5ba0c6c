package tocsin.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Set;

/**
 * One rule as contracts/rule.ts has it. What does not belong to its kind is null.
 *
 * @param kind limits, deviation or window
 */
record Rule(
    String id,
    String kind,
    String source,
    String entity,
    String metric,
    boolean enabled,
    String severity,
    String route,
    Double lowLow,
    Double low,
    Double high,
    Double highHigh,
    double deadBand,
    Double multiplier,
    long minSamples,
    double minRelativeDeviation,
    String aggregate,
    String windowKind) {

  /** Matches every entity or metric. */
  static final String ANY = "*";

  private static final Set<String> KINDS = Set.of("limits", "deviation", "window");
  private static final long DEFAULT_MIN_SAMPLES = 30;
  private static final double DEFAULT_MIN_RELATIVE_DEVIATION = 0.05;

  static Rule parse(JsonNode json) throws IOException {
    Rule rule =
        new Rule(
            json.path("id").asText(),
            json.path("kind").asText(),
            json.path("source").asText(),
            json.path("entity").asText(ANY),
            json.path("metric").asText(),
            json.path("enabled").asBoolean(true),
            json.path("severity").asText("warning"),
            json.path("route").asText("page"),
            number(json, "low_low"),
            number(json, "low"),
            number(json, "high"),
            number(json, "high_high"),
            json.path("dead_band").asDouble(0),
            number(json, "multiplier"),
            json.path("min_samples").asLong(DEFAULT_MIN_SAMPLES),
            json.path("min_relative_deviation").asDouble(DEFAULT_MIN_RELATIVE_DEVIATION),
            text(json, "aggregate"),
            text(json, "window"));
    if (rule.id.isEmpty()
        || rule.source.isEmpty()
        || rule.metric.isEmpty()
        || !KINDS.contains(rule.kind)) {
      throw new IOException("a rule needs id, kind, source and metric, but one reads " + json);
    }
    return rule;
  }

  /** Rules of one slot compete: for one reading only the most specific of them judge. */
  String slot() {
    return kind + "/" + aggregate + "/" + windowKind;
  }

  boolean appliesTo(String ofEntity, String ofMetric) {
    return (entity.equals(ANY) || entity.equals(ofEntity))
        && (metric.equals(ANY) || metric.equals(ofMetric));
  }

  /** A named entity counts more than a named metric. */
  int specificity() {
    return (entity.equals(ANY) ? 0 : 2) + (metric.equals(ANY) ? 0 : 1);
  }

  private static Double number(JsonNode json, String field) {
    return json.hasNonNull(field) ? json.get(field).doubleValue() : null;
  }

  private static String text(JsonNode json, String field) {
    return json.hasNonNull(field) ? json.get(field).asText() : null;
  }
}
