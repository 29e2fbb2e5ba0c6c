package tocsin.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import tocsin.record.ReadRecords.Reason;

/** Which numbers of a record are metrics, by its source mapping. Those inside arrays are none. */
final class RecordMetrics {
  private RecordMetrics() {}

  /** At least one finite number by its name. */
  static Map<String, Double> of(SourceMapping source, JsonNode record) throws Refusal {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (source.counter() != null) {
      metrics.put(source.counter(), 1.0);
    }
    if (source.metrics() == null) {
      // Own names first, so that a name with a dot wins over a nested field of the same path.
      addNumbers(record, "", source, metrics);
    } else {
      for (String name : source.metrics()) {
        addNumber(name, FieldPath.find(record, name), metrics);
      }
    }
    if (metrics.isEmpty()) {
      throw new Refusal(
          Reason.NO_METRIC,
          source.metrics() == null
              ? "No field holds a number to watch; a text with digits is not a number."
              : "None of the fields "
                  + String.join(", ", source.metrics())
                  + " holds a finite number; a text with digits is not a number.");
    }
    return metrics;
  }

  private static void addNumbers(
      JsonNode object, String prefix, SourceMapping source, Map<String, Double> metrics) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = prefix + field.getKey();
      if (!source.notMetrics().contains(name) && RecordText.isName(name)) {
        addNumber(name, field.getValue(), metrics);
      }
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = prefix + field.getKey();
      if (field.getValue().isObject() && !source.notMetrics().contains(name)) {
        addNumbers(field.getValue(), name + ".", source, metrics);
      }
    }
  }

  private static void addNumber(String name, JsonNode value, Map<String, Double> metrics) {
    if (value != null && value.isNumber() && Double.isFinite(value.doubleValue())) {
      metrics.putIfAbsent(name, value.doubleValue());
    }
  }
}
