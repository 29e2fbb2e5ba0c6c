package tocsin.record;

import com.fasterxml.jackson.databind.JsonNode;

/** Names of nested fields joined by dots. A field whose own name holds a dot wins. */
final class FieldPath {
  private FieldPath() {}

  /** The field's value, or null when it is absent or JSON null. */
  static JsonNode find(JsonNode object, String path) {
    JsonNode whole = object.get(path);
    if (whole != null) {
      return whole.isNull() ? null : whole;
    }
    for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      JsonNode outer = object.get(path.substring(0, dot));
      if (outer != null && outer.isObject()) {
        JsonNode inner = find(outer, path.substring(dot + 1));
        if (inner != null) {
          return inner;
        }
      }
    }
    return null;
  }
}
