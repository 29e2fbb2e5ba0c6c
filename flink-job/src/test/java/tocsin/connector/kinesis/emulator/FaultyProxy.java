package tocsin.connector.kinesis.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before the emulator and does what the real service does on a bad day: throttles reads,
 * answers with server faults, expires iterators, and takes only a part of a PutRecords request.
 */
final class FaultyProxy implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String target;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger writes = new AtomicInteger();

  private volatile boolean heals;

  /** How often each fault was injected, by its name. */
  final Map<String, Integer> injected = new ConcurrentHashMap<>();

  FaultyProxy(String target) throws IOException {
    this.target = target;
    this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on every read goes through; faults on their way may still be counted. */
  void healReads() {
    heals = true;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
    try {
      if (target.endsWith(".GetRecords")) {
        read(exchange, body);
      } else if (target.endsWith(".PutRecords")) {
        write(exchange, body);
      } else {
        answer(exchange, forward(exchange, body));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private void read(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
    switch (heals ? 0 : reads.incrementAndGet() % 10) {
      case 3 -> fault(exchange, 400, "ProvisionedThroughputExceededException");
      case 6 -> fault(exchange, 500, "InternalFailureException");
      case 9 -> fault(exchange, 400, "ExpiredIteratorException");
      default -> answer(exchange, forward(exchange, body));
    }
  }

  private void write(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
    switch (writes.incrementAndGet() % 4) {
      case 1 -> fault(exchange, 503, "ServiceUnavailableException");
      case 2 -> writeHalf(exchange, body);
      default -> answer(exchange, forward(exchange, body));
    }
  }

  /** Passes every other record on and refuses the rest, as a stream at its limit does. */
  private void writeHalf(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    var request = (ObjectNode) JSON.readTree(body);
    JsonNode records = request.get("Records");
    ArrayNode passed = JSON.createArrayNode();
    for (int i = 0; i < records.size(); i += 2) {
      passed.add(records.get(i));
    }
    request.set("Records", passed);
    var answer =
        (ObjectNode) JSON.readTree(forward(exchange, JSON.writeValueAsBytes(request)).body());
    JsonNode taken = answer.get("Records");
    ArrayNode results = JSON.createArrayNode();
    for (int i = 0; i < records.size(); i++) {
      if (i % 2 == 0) {
        results.add(taken.get(i / 2));
      } else {
        results
            .addObject()
            .put("ErrorCode", "ProvisionedThroughputExceededException")
            .put("ErrorMessage", "Rate exceeded");
      }
    }
    answer.set("Records", results);
    answer.put("FailedRecordCount", records.size() - passed.size());
    injected.merge("half", 1, Integer::sum);
    send(exchange, 200, JSON.writeValueAsBytes(answer));
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : new String[] {"X-Amz-Target", "Content-Type", "Authorization"}) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private void fault(HttpExchange exchange, int status, String type) throws IOException {
    injected.merge(type, 1, Integer::sum);
    send(
        exchange,
        status,
        JSON.writeValueAsBytes(
            JSON.createObjectNode().put("__type", type).put("message", "injected")));
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    send(exchange, response.statusCode(), response.body());
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
