package tocsin.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import tocsin.novelty.Calibration;

/**
 * One rule as contracts/rule.ts has it. What does not belong to its kind is null.
 *
 * @param kind a word of {@link RuleKind}
 * @param numbers what only its kind knows
 * @param timeZone whose hours a seasonal rule means
 * @param per unit of time of a rate
 * @param json the rule as it was published
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
    String windowKind,
    Map<String, Double> numbers,
    String timeZone,
    String per,
    String json) {

  /** Matches every entity or metric. */
  static final String ANY = "*";

  private static final Map<String, Double> NONE = Map.of();
  private static final Set<String> WINDOWS = Set.of("tumbling", "hopping");
  private static final Set<String> AGGREGATES =
      Set.of("count", "sum", "avg", "min", "max", "stddev");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long DEFAULT_MIN_SAMPLES = 30;
  private static final double DEFAULT_MIN_RELATIVE_DEVIATION = 0.05;

  static Rule parse(String json) throws IOException {
    return parse(JSON.readTree(json));
  }

  /**
   * @throws IOException that names the rule and what is wrong with it
   */
  static Rule parse(JsonNode json) throws IOException {
    RuleKind kind = RuleKind.of(json.path("kind").asText());
    boolean isWholeSource = kind == RuleKind.SILENCE;
    Rule rule =
        new Rule(
            json.path("id").asText(),
            json.path("kind").asText(),
            json.path("source").asText(),
            json.path("entity").asText(ANY),
            json.path("metric").asText(isWholeSource ? ANY : ""),
            enabled(json),
            json.path("severity").asText("warning"),
            json.path("route").asText("page"),
            number(json, "low_low"),
            number(json, "low"),
            number(json, "high"),
            number(json, "high_high"),
            numberOr(json, "dead_band", 0),
            number(json, "multiplier"),
            (long) numberOr(json, "min_samples", DEFAULT_MIN_SAMPLES),
            numberOr(json, "min_relative_deviation", DEFAULT_MIN_RELATIVE_DEVIATION),
            text(json, "aggregate"),
            text(json, "window"),
            kind == null ? NONE : kind.numbers(json),
            timeZone(json),
            json.path("per").asText("minute"),
            json.toString());
    if (rule.id.isEmpty() || rule.source.isEmpty() || rule.metric.isEmpty() || kind == null) {
      throw new IOException("a rule needs id, kind, source and metric, but one reads " + json);
    }
    if (kind == RuleKind.NOVELTY) {
      refuseIfItPagesBeforeItWarns(rule);
    }
    if (rule.kind.equals("window")
        && !(AGGREGATES.contains(String.valueOf(rule.aggregate))
            && WINDOWS.contains(String.valueOf(rule.windowKind)))) {
      throw new IOException(
          "rule "
              + rule.id
              + ": there is no window that is '"
              + rule.windowKind
              + "' and has the aggregate '"
              + rule.aggregate
              + "'");
    }
    return rule;
  }

  private static void refuseIfItPagesBeforeItWarns(Rule rule) throws IOException {
    Calibration calibration = Calibration.shipped();
    double warn = rule.numbers.getOrDefault("warn", calibration.warn());
    double page = rule.numbers.getOrDefault("page", calibration.page());
    if (page < warn) {
      throw new IOException(
          "rule %s: page (%s) is below warn (%s): what pages must also warn"
              .formatted(rule.id, page, warn));
    }
  }

  /** True when it judges its source as one, whatever entities and metrics its readings are of. */
  boolean isOfWholeSource() {
    return kind.equals(RuleKind.SILENCE.word());
  }

  /** True when it judges that readings come, and not what they say. */
  boolean isAboutArrival() {
    return isOfWholeSource() || kind.equals(RuleKind.MISSING.word());
  }

  /** Rules of one slot compete: for one reading only the most specific of them judge. */
  String slot() {
    return kind + "/" + aggregate + "/" + windowKind;
  }

  /** What the rule judges and under which id; its limits and texts are not in it. */
  String scope() {
    return String.join("\n", id, slot(), source, entity, metric);
  }

  /** True when this rule takes the place of the other wherever both apply. */
  boolean beats(Rule other) {
    return source.equals(other.source)
        && slot().equals(other.slot())
        && specificity() > other.specificity()
        && (meet(entity, other.entity) && meet(metric, other.metric));
  }

  /** True when the other rule judges on in the state that this one has left behind. */
  boolean continuesAs(Rule other) {
    return id.equals(other.id) && kind.equals(other.kind);
  }

  private static boolean meet(String one, String other) {
    return one.equals(ANY) || other.equals(ANY) || one.equals(other);
  }

  boolean appliesTo(String ofEntity, String ofMetric) {
    return (entity.equals(ANY) || entity.equals(ofEntity))
        && (metric.equals(ANY) || metric.equals(ofMetric));
  }

  /** A named entity counts more than a named metric. */
  int specificity() {
    return (entity.equals(ANY) ? 0 : 2) + (metric.equals(ANY) ? 0 : 1);
  }

  /** The number of a field, or null when it is not there. */
  static Double number(JsonNode json, String field) throws IOException {
    if (!json.hasNonNull(field)) {
      return null;
    }
    if (!json.get(field).isNumber()) {
      throw wrong(json, field, "a number");
    }
    return json.get(field).doubleValue();
  }

  private static double numberOr(JsonNode json, String field, double otherwise) throws IOException {
    Double number = number(json, field);
    return number == null ? otherwise : number;
  }

  private static boolean enabled(JsonNode json) throws IOException {
    if (json.hasNonNull("enabled") && !json.get("enabled").isBoolean()) {
      throw wrong(json, "enabled", "true or false");
    }
    return json.path("enabled").asBoolean(true);
  }

  private static String timeZone(JsonNode json) throws IOException {
    String zone = json.path("time_zone").asText("UTC");
    try {
      return ZoneId.of(zone).getId();
    } catch (DateTimeException unknown) {
      throw wrong(json, "time_zone", "a time zone such as Europe/Paris");
    }
  }

  private static String text(JsonNode json, String field) {
    return json.hasNonNull(field) ? json.get(field).asText() : null;
  }

  private static IOException wrong(JsonNode json, String field, String wanted) {
    return new IOException(
        "rule "
            + json.path("id").asText("without an id")
            + ": "
            + field
            + " must be "
            + wanted
            + ", but is "
            + json.get(field));
  }
}
