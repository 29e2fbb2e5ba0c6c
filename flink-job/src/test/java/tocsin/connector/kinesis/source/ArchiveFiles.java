package tocsin.connector.kinesis.source;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Writes archives of the form that {@code tocsin warm} gives them. */
public final class ArchiveFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ArchiveFiles() {}

  /**
   * Writes one object a list, and the manifest beside them.
   *
   * @return the manifest's URI
   */
  public static String write(
      Path folder, Instant from, Instant until, List<List<KinesisRecord>> objects)
      throws IOException {
    return write(folder, from, until, objects, Map.of());
  }

  /**
   * As above.
   *
   * @param ends where shards end that may have no record in the objects
   */
  public static String write(
      Path folder,
      Instant from,
      Instant until,
      List<List<KinesisRecord>> objects,
      Map<String, String> ends)
      throws IOException {
    Files.createDirectories(folder);
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("version", 1).put("from", from.toString()).put("until", until.toString());
    var names = manifest.putArray("objects");
    ObjectNode shards = manifest.putObject("shards");
    ends.forEach(shards::put);
    for (int i = 0; i < objects.size(); i++) {
      String name = "%05d.jsonl.gz".formatted(i);
      names.add(name);
      var lines = new ArrayList<String>();
      for (KinesisRecord record : objects.get(i)) {
        lines.add(line(record));
        shards.put(record.shardId(), record.sequenceNumber());
      }
      writeLines(folder.resolve(name), lines);
    }
    Path file = folder.resolve("manifest.json");
    Files.writeString(file, manifest.toString());
    return file.toUri().toString();
  }

  static void writeLines(Path file, List<String> lines) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (String line : lines) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  static String line(KinesisRecord record) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("stream", "readings");
    line.put("arrival_ms", record.arrival().toEpochMilli());
    line.put("shard_id", record.shardId());
    line.put("sequence_number", record.sequenceNumber());
    line.put("raw", new String(record.data(), StandardCharsets.UTF_8));
    return line.toString();
  }
}
