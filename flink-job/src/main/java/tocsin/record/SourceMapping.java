package tocsin.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How records of one source are read; the Java side of contracts/source-config.ts.
 *
 * @param stream input stream that the source is bound to, or null for any
 * @param time field of the event time, or null when arrival is meant
 * @param metrics fields to watch, or null for every number that is not entity, time or label
 */
record SourceMapping(
    String name,
    String stream,
    List<String> required,
    List<String> entity,
    String time,
    List<String> metrics,
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
    if (name.isEmpty() || entity.isEmpty() || required.isEmpty() || metrics.isMissingNode()) {
      throw new IOException(
          "a source needs name, match.fields, entity and metrics, but one reads " + source);
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
        entity,
        time,
        metrics.asText().equals("*") ? null : texts(metrics),
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

  boolean matches(String fromStream, JsonNode record) {
    if (stream != null && !stream.equals(fromStream)) {
      return false;
    }
    for (String field : required) {
      if (FieldPath.find(record, field) == null) {
        return false;
      }
    }
    return true;
  }
}
