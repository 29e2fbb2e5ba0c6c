package tocsin.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import tocsin.record.Aggregate;

/**
 * One line of a replay: {@code stream}, {@code arrival_ms}, {@code shard_id}, {@code
 * sequence_number}, and the record's bytes as {@code raw} or, where they are no UTF-8, as {@code
 * raw_base64}.
 */
final class ReplayLine {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReplayLine() {}

  /**
   * The record of a line, or the records of the aggregate that it is, as the connector has them.
   */
  static void rowsOf(String line, Consumer<RowData> out) throws IOException {
    JsonNode fields = JSON.readTree(line);
    StringData stream = text(fields, "stream");
    StringData shard = text(fields, "shard_id");
    TimestampData arrival = TimestampData.fromEpochMillis(fields.path("arrival_ms").longValue());
    String sequence = fields.path("sequence_number").textValue();
    byte[] data = bytes(fields);
    List<byte[]> parts = Aggregate.isMarked(data) ? Aggregate.recordsOf(data) : List.of();
    if (parts.isEmpty()) {
      out.accept(GenericRowData.of(stream, arrival, shard, StringData.fromString(sequence), data));
      return;
    }
    for (int part = 0; part < parts.size(); part++) {
      StringData number = StringData.fromString(sequence + "." + part);
      out.accept(GenericRowData.of(stream, arrival, shard, number, parts.get(part)));
    }
  }

  private static byte[] bytes(JsonNode fields) throws IOException {
    JsonNode base64 = fields.path("raw_base64");
    return base64.isTextual()
        ? base64.binaryValue()
        : fields.path("raw").asText().getBytes(StandardCharsets.UTF_8);
  }

  private static StringData text(JsonNode fields, String name) {
    return StringData.fromString(fields.path(name).asText());
  }
}
