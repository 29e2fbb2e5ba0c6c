package tocsin.connector.kinesis.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.TableResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisClient;

class ThereAndBackTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static Emulator emulator;
  private static KinesisClient client;

  @BeforeAll
  static void startEmulator() throws Exception {
    var program = Emulator.program();
    assumeTrue(program.isPresent(), "skipped: no emulator; `npm run setup` installs it in .venv");
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    emulator = Emulator.start(program.get(), directory.resolve("emulator.log"));
    client = emulator.client();
  }

  @AfterAll
  static void endEmulator() throws Exception {
    if (emulator != null) {
      client.close();
      emulator.close();
    }
  }

  @Test
  void copiesTenThousandRecordsFromOneStreamToAnother() throws Exception {
    var from = Stream.create(client, "there", 4);
    var back = Stream.create(client, "back", 2);
    List<String> sent = IntStream.range(0, 10_000).mapToObj(i -> "record-" + i).toList();
    from.put(sent);

    TableResult job = copy(from, back, "TRIM_HORIZON");
    try {
      var copies = back.readUntil(LIMIT, texts -> texts.size() >= sent.size());
      assertThat(lines(copies)).hasSameSizeAs(sent).isEqualTo(new HashSet<>(sent));
    } finally {
      cancel(job);
    }
  }

  private static TableResult copy(Stream from, Stream to, String position) {
    var configuration = new Configuration();
    configuration.setString("parallelism.default", "2");
    return CopyJob.submit(
        from.arn(), to.arn(), position, Map.of("aws.endpoint", emulator.endpoint()), configuration);
  }

  private static void cancel(TableResult job) throws Exception {
    job.getJobClient().orElseThrow().cancel().get();
  }

  static Set<String> lines(List<String> copies) {
    return copies.stream().map(ThereAndBackTest::line).collect(Collectors.toSet());
  }

  private static String line(String copy) {
    try {
      return JSON.readTree(copy).get("line").asText();
    } catch (Exception error) {
      throw new AssertionError("not the sink's JSON: " + copy, error);
    }
  }
}
