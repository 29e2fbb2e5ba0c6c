package tocsin.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How records of one source are read; the Java side of contracts/source-config.ts.
 *
 * @param stream input stream that the source is bound to, or null for any
 * @param values fields that must hold exactly this value
 * @param entity fields whose values name what is watched; none when the source is watched as one
 * @param time field of the event time, or null when arrival is meant
 * @param metrics fields to watch, or null for every number that is not entity, time or label
 * @param counter name of a metric that is 1 in every record, or null
 */
record SourceMapping(
    String name,
    String stream,
    List<String> required,
    Map<String, JsonNode> values,
    List<String> entity,
    String time,
    List<String> metrics,
    String counter,
    List<String> labels,
    long outOfOrderMs,
    Set<String> notMetrics) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long DEFAULT_OUT_OF_ORDER_MS = 5_000;

  /**
   * Reads a SourceSet.
   *
   * @throws IOException that says what is wrong with it
   */
  static List<SourceMapping> parse(String text) throws IOException {
    JsonNode sources = JSON.readTree(text).path("sources");
    if (!sources.isArray() || sources.isEmpty()) {
      throw new IOException("the source set holds no 'sources'");
    }
    List<SourceMapping> mappings = new ArrayList<>();
    for (JsonNode source : sources) {
      mappings.add(of(source));
    }
    return mappings;
  }

  private static SourceMapping of(JsonNode source) throws IOException {
    String name = source.path("name").asText("");
    List<String> entity = texts(source.path("entity"));
    List<String> required = texts(source.path("match").path("fields"));
    JsonNode metrics = source.path("metrics");
    if (name.isEmpty() || required.isEmpty() || metrics.isMissingNode()) {
      throw new IOException(
          "a source needs name, match.fields and metrics, but one reads " + source);
    }
    String time = source.hasNonNull("time") ? source.get("time").asText() : null;
    List<String> labels = texts(source.path("labels"));
    Set<String> notMetrics = new HashSet<>(entity);
    notMetrics.addAll(labels);
    if (time != null) {
      notMetrics.add(time);
    }
    JsonNode match = source.path("match");
    return new SourceMapping(
        name,
        match.hasNonNull("stream") ? match.get("stream").asText() : null,
        required,
        valuesOf(match),
        entity,
        time,
        metrics.asText().equals("*") ? null : texts(metrics),
        source.hasNonNull("counter") ? source.get("counter").asText() : null,
        labels,
        source.path("out_of_order_ms").asLong(DEFAULT_OUT_OF_ORDER_MS),
        notMetrics);
  }

  /** A text, or a list of texts, as a list. */
  private static List<String> texts(JsonNode node) {
    if (node.isTextual()) {
      return List.of(node.asText());
    }
    List<String> texts = new ArrayList<>();
    node.forEach(text -> texts.add(text.asText()));
    return List.copyOf(texts);
  }

  private static Map<String, JsonNode> valuesOf(JsonNode match) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    match.path("values").properties().forEach(each -> values.put(each.getKey(), each.getValue()));
    return values;
  }

  boolean matches(String fromStream, JsonNode record) {
    if (stream != null && !stream.equals(fromStream)) {
      return false;
    }
    for (String field : required) {
      if (FieldPath.find(record, field) == null) {
        return false;
      }
    }
    for (Map.Entry<String, JsonNode> value : values.entrySet()) {
      if (!isSame(FieldPath.find(record, value.getKey()), value.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** Equal as JSON; 1 and 1.0 are the same number. */
  private static boolean isSame(JsonNode found, JsonNode wanted) {
    if (found != null && found.isNumber() && wanted.isNumber()) {
      return found.doubleValue() == wanted.doubleValue();
    }
    return wanted.equals(found);
  }
}
