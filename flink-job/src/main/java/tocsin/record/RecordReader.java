package tocsin.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tocsin.record.ReadRecords.Reason;

/**
 * Reads any JSON record by the source mappings. Every record becomes at least one reading or
 * exactly one reject; no bytes make it throw. When a key stands twice, the last one counts. Numbers
 * inside arrays are not metrics.
 */
public final class RecordReader {
  private static final int MAX_LABEL_LENGTH = 1_000;

  // Bytes as JSON, of which a message of the sink holds 1,048,576: a larger one would end the job,
  // at each start again.
  private static final int MAX_RAW_BYTES = 200_000;
  private static final int MAX_DETAIL_BYTES = 4_000;

  /** Of all labels of a record together, their names left out: these are the user's own. */
  private static final int MAX_LABELS_BYTES = 200_000;

  private final ObjectReader json =
      new ObjectMapper(
              JsonFactory.builder()
                  // Interned names of hostile records would fill memory that is never given back.
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .reader();

  private final List<SourceMapping> sources;
  private final long maxAheadMs;

  /**
   * @param sources text of a SourceSet
   * @param maxAheadMs how far a record's time may lie ahead of its arrival
   * @throws IOException when the source set cannot be read
   */
  public RecordReader(String sources, long maxAheadMs) throws IOException {
    this.sources = SourceMapping.parse(sources);
    this.maxAheadMs = maxAheadMs;
  }

  /**
   * Reads one record that came on {@code stream} at {@code arrivalMs} and hands it to {@code out}.
   */
  public void read(byte[] data, long arrivalMs, String stream, ReadRecords out) {
    String source = null;
    try {
      JsonNode record = parse(data);
      SourceMapping mapping = sourceOf(stream, record);
      source = mapping.name();
      String entity = entityOf(mapping, record);
      long eventTimeMs = eventTimeOf(mapping, record, arrivalMs);
      RecordMetrics metrics = RecordMetrics.of(mapping, record);
      if (metrics.unreadable() > 0) {
        out.unreadableMetrics(metrics.unreadable());
      }
      out.readings(
          source,
          entity,
          eventTimeMs,
          mapping.outOfOrderMs(),
          metrics.numbers(),
          labelsOf(mapping, record));
    } catch (Refusal refusal) {
      out.reject(
          refusal.reason(),
          source,
          RecordText.cutAsJson(refusal.getMessage(), MAX_DETAIL_BYTES),
          RecordText.cutAsJson(RecordText.of(data), MAX_RAW_BYTES));
    }
  }

  private JsonNode parse(byte[] data) throws Refusal {
    JsonNode record;
    try {
      // Jackson takes bytes faster than text, but guesses their encoding; of plain ones it cannot
      // guess another.
      record = RecordText.isPlainAscii(data) ? json.readTree(data) : json.readTree(textOf(data));
    } catch (JsonProcessingException unreadable) {
      throw new Refusal(
          Reason.NOT_JSON,
          "The record is not JSON: " + RecordText.cut(unreadable.getOriginalMessage(), 300));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    if (record.isMissingNode()) {
      throw new Refusal(Reason.NOT_JSON, "The record is empty.");
    }
    if (!record.isObject()) {
      throw new Refusal(
          Reason.NOT_AN_OBJECT,
          "The record is a JSON "
              + record.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
              + "; one record is one object.");
    }
    return record;
  }

  private static String textOf(byte[] data) throws Refusal {
    String text = RecordText.of(data);
    if (!RecordText.isUtf8(data, text)) {
      throw new Refusal(Reason.NOT_JSON, "The record is not UTF-8 text.");
    }
    return text;
  }

  private SourceMapping sourceOf(String stream, JsonNode record) throws Refusal {
    for (SourceMapping source : sources) {
      if (source.matches(stream, record)) {
        return source;
      }
    }
    throw new Refusal(
        Reason.NO_SOURCE,
        "No source matches a record of stream '"
            + stream
            + "' with these fields; add one whose match.fields it has to the sources.");
  }

  private static String entityOf(SourceMapping source, JsonNode record) throws Refusal {
    if (source.entity().isEmpty()) {
      return source.name();
    }
    StringBuilder entity = new StringBuilder();
    for (String field : source.entity()) {
      JsonNode part = FieldPath.find(record, field);
      if (part == null || !(part.isTextual() || part.isNumber()) || part.asText().isEmpty()) {
        throw new Refusal(
            Reason.NO_ENTITY,
            "The field '" + field + "' must name the entity by a text or a number.");
      }
      entity.append(entity.isEmpty() ? "" : "/").append(part.asText());
    }
    String name = entity.toString();
    if (!RecordText.isName(name)) {
      throw new Refusal(
          Reason.NO_ENTITY,
          "The entity's name must be one line of at most 256 characters, but has "
              + name.length()
              + (name.length() > RecordText.MAX_NAME_LENGTH
                  ? "."
                  : " with control characters among them."));
    }
    return name;
  }

  private long eventTimeOf(SourceMapping source, JsonNode record, long arrivalMs) throws Refusal {
    if (source.time() == null) {
      return arrivalMs;
    }
    JsonNode value = FieldPath.find(record, source.time());
    if (value == null) {
      throw new Refusal(
          Reason.UNREADABLE_TIME, "The field '" + source.time() + "' with the time is missing.");
    }
    try {
      long timeMs = RecordTime.epochMs(value);
      if (timeMs > arrivalMs + maxAheadMs) {
        throw new Refusal(
            Reason.FUTURE,
            "The time "
                + Instant.ofEpochMilli(timeMs)
                + " lies more than "
                + maxAheadMs / 1_000
                + " s after the arrival; check the producer's clock and unit.");
      }
      return Math.min(timeMs, arrivalMs);
    } catch (RecordTime.Unreadable unreadable) {
      throw new Refusal(
          Reason.UNREADABLE_TIME,
          "The field '" + source.time() + "' " + unreadable.getMessage() + ".");
    }
  }

  private static Map<String, String> labelsOf(SourceMapping source, JsonNode record) {
    Map<String, String> labels = new LinkedHashMap<>();
    int bytesEach = MAX_LABELS_BYTES / Math.max(1, source.labels().size());
    for (String field : source.labels()) {
      JsonNode value = FieldPath.find(record, field);
      if (value != null) {
        String text = value.isValueNode() ? value.asText() : value.toString();
        labels.put(field, RecordText.cutAsJson(RecordText.cut(text, MAX_LABEL_LENGTH), bytesEach));
      }
    }
    return labels;
  }
}
