package tocsin.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import tocsin.record.ReadRecords.Reason;

/** Which numbers of a record are metrics, by its source mapping. Those inside arrays are none. */
final class RecordMetrics {
  private final SourceMapping source;
  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private int unreadable;

  private RecordMetrics(SourceMapping source) {
    this.source = source;
  }

  /** At least one finite number by its name. */
  static RecordMetrics of(SourceMapping source, JsonNode record) throws Refusal {
    RecordMetrics metrics = new RecordMetrics(source);
    metrics.read(record);
    if (metrics.numbers.isEmpty()) {
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

  Map<String, Double> numbers() {
    return numbers;
  }

  /** How many were to be metrics and are not, as {@link ReadRecords#unreadableMetrics} says. */
  int unreadable() {
    return unreadable;
  }

  private void read(JsonNode record) {
    if (source.counter() != null) {
      numbers.put(source.counter(), 1.0);
    }
    if (source.metrics() == null) {
      // Own names first, so that a name with a dot wins over a nested field of the same path.
      addNumbers(record, "");
      return;
    }
    for (String name : source.metrics()) {
      JsonNode value = FieldPath.find(record, name);
      if (value != null) {
        add(name, value);
      }
    }
  }

  private void addNumbers(JsonNode object, String prefix) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = prefix + field.getKey();
      if (field.getValue().isNumber() && !source.notMetrics().contains(name)) {
        if (RecordText.isName(name)) {
          add(name, field.getValue());
        } else {
          unreadable++;
        }
      }
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = prefix + field.getKey();
      if (field.getValue().isObject() && !source.notMetrics().contains(name)) {
        addNumbers(field.getValue(), name + ".");
      }
    }
  }

  private void add(String name, JsonNode value) {
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      numbers.putIfAbsent(name, value.doubleValue());
    } else {
      unreadable++;
    }
  }
}
