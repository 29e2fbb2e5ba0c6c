package tocsin.connector.kinesis.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code tocsin warm} prepared of one stream: its archived records in the order of arrival,
 * each once. {@code cli/warm/manifest.ts} writes it.
 *
 * @param uri where it lies; the objects lie beside it
 * @param from every archived record that arrived then or later is in it
 * @param until and before this instant
 * @param objects URIs of the objects, gzipped JSON lines, in their order
 * @param lastOf the largest sequence number of each shard that has records in it
 */
record ArchiveManifest(
    String uri, Instant from, Instant until, List<String> objects, Map<String, String> lastOf) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;

  /**
   * Reads a manifest.
   *
   * @throws IOException that says where it is missing or what is wrong with it
   */
  static ArchiveManifest read(String uri, ArchiveObjects store) throws IOException {
    JsonNode fields;
    try (InputStream in = store.open(uri)) {
      fields = JSON.readTree(in);
    } catch (IOException unreadable) {
      throw new IOException(
          "cannot read the archive to start from, "
              + uri
              + ": "
              + unreadable.getMessage()
              + ". Prepare it: npx tocsin warm; or take flink.warmFrom out of the stage. A job that has"
              + " begun to read it needs both until it has caught up: put flink.warmFrom back",
          unreadable);
    }
    try {
      return of(uri, fields);
    } catch (IllegalArgumentException | DateTimeParseException wrong) {
      throw new IOException(uri + " is no manifest of an archive: " + wrong.getMessage(), wrong);
    }
  }

  private static ArchiveManifest of(String uri, JsonNode fields) {
    if (fields.path("version").asInt() != VERSION || !fields.path("shards").isObject()) {
      throw new IllegalArgumentException("it needs version " + VERSION + " and shards");
    }
    var objects = new ArrayList<String>();
    for (JsonNode name : fields.path("objects")) {
      objects.add(URI.create(uri).resolve(name.asText()).toString());
    }
    var lastOf = new HashMap<String, String>();
    fields.path("shards").properties().forEach(each -> lastOf.put(each.getKey(), number(each)));
    return new ArchiveManifest(
        uri,
        Instant.parse(fields.path("from").asText()),
        Instant.parse(fields.path("until").asText()),
        List.copyOf(objects),
        Map.copyOf(lastOf));
  }

  private static String number(Map.Entry<String, JsonNode> shard) {
    String number = shard.getValue().asText();
    if (!number.matches("\\d+")) {
      throw new IllegalArgumentException(shard.getKey() + " ends at '" + number + "'");
    }
    return number;
  }
}
