package tocsin.connector.kinesis.emulator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** A Kinesis emulator of this test's own, on a free port of 127.0.0.1, ended by {@link #close}. */
public final class Emulator implements AutoCloseable {
  static final String REGION = "us-east-1";
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final Process process;
  private final int port;

  private Emulator(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * The emulator's program, in the project's Python environment; empty where that is not set up.
   */
  private static Optional<Path> program() {
    String venv =
        Optional.ofNullable(System.getProperty("tocsin.venv"))
            .or(() -> Optional.ofNullable(System.getenv("TOCSIN_VENV")))
            .orElse("../.venv");
    Path program = Path.of(venv, "bin", "ministack").toAbsolutePath().normalize();
    return Files.isExecutable(program) ? Optional.of(program) : Optional.empty();
  }

  /** Starts it; without its program, says so and skips the test. */
  public static Emulator startOrSkip(Path log) throws Exception {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      String message = "skipped: the emulator is not installed; `npm test` installs it in .venv";
      System.err.println(message);
      Assumptions.abort(message);
    }
    return start(program.get(), log);
  }

  private static Emulator start(Path program, Path log) throws Exception {
    int port = freePort();
    var builder = new ProcessBuilder(program.toString()).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "BIND_HOST", "127.0.0.1",
                "GATEWAY_PORT", Integer.toString(port),
                "LAMBDA_EXECUTOR", "local",
                "IOT_MTLS_ENABLED", "0",
                "SFTP_ENABLED", "0",
                "AWS_ENDPOINT_URL", "http://127.0.0.1:" + port));
    var emulator = new Emulator(builder.start(), port);
    emulator.awaitPort();
    return emulator;
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** What a process needs to reach it with the default client settings. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL", endpoint(),
        "AWS_REGION", REGION,
        "AWS_ACCESS_KEY_ID", "test",
        "AWS_SECRET_ACCESS_KEY", "test",
        "AWS_EC2_METADATA_DISABLED", "true");
  }

  /** A client of the test's own; the caller closes it. */
  public KinesisClient client() {
    return KinesisClient.builder()
        .endpointOverride(URI.create(endpoint()))
        .region(Region.of(REGION))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitPort() throws Exception {
    Instant limit = Instant.now().plus(START_LIMIT);
    while (Instant.now().isBefore(limit)) {
      if (!process.isAlive()) {
        throw new IOException("the emulator ended with exit code " + process.exitValue());
      }
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
        return;
      } catch (IOException notYet) {
        Thread.sleep(50);
      }
    }
    close();
    throw new IOException("the emulator took no connection within " + START_LIMIT);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress("127.0.0.1", 0));
      return socket.getLocalPort();
    }
  }
}
