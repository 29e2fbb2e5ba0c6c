package tocsin.connector.kinesis.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.zip.GZIPInputStream;

/**
 * The rows of one object of a prepared archive: gzipped lines of JSON with {@code arrival_ms},
 * {@code shard_id}, {@code sequence_number}, and the record's bytes as {@code raw} or, where they
 * are no UTF-8, as {@code raw_base64}.
 */
final class ArchiveRows implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InputStream bytes;
  private final BufferedReader lines;

  private ArchiveRows(InputStream bytes, BufferedReader lines) {
    this.bytes = bytes;
    this.lines = lines;
  }

  /** Opens an object at a row; rows before it are passed over. */
  static ArchiveRows open(ArchiveObjects store, String uri, long row) throws IOException {
    InputStream bytes = store.open(uri);
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
      var rows =
          new ArchiveRows(
              bytes,
              new BufferedReader(
                  new InputStreamReader(new GZIPInputStream(bytes, BUFFER_BYTES), decoder),
                  BUFFER_BYTES));
      for (long passed = 0; passed < row; passed++) {
        rows.next();
      }
      return rows;
    } catch (IOException | RuntimeException failed) {
      bytes.close();
      throw failed;
    }
  }

  /** The next line, or null behind the last. */
  String next() throws IOException {
    return lines.readLine();
  }

  /** The record of a line, or null when it is none. */
  static KinesisRecord record(String line, Position behind) {
    try {
      JsonNode fields = JSON.readTree(line);
      String shardId = fields.path("shard_id").asText();
      String number = fields.path("sequence_number").asText();
      byte[] data = dataOf(fields);
      if (shardId.isEmpty()
          || number.isEmpty()
          || data == null
          || !fields.path("arrival_ms").isIntegralNumber()) {
        return null;
      }
      Instant arrival = Instant.ofEpochMilli(fields.path("arrival_ms").longValue());
      return new KinesisRecord(shardId, number, arrival, data, behind);
    } catch (IOException unreadable) {
      return null;
    }
  }

  private static byte[] dataOf(JsonNode fields) throws IOException {
    JsonNode text = fields.path("raw");
    if (text.isTextual()) {
      return text.textValue().getBytes(StandardCharsets.UTF_8);
    }
    JsonNode base64 = fields.path("raw_base64");
    return base64.isTextual() ? base64.binaryValue() : null;
  }

  /** Ends a read that another thread waits in, too: only the bytes below are closed. */
  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
