package tocsin.connector.kinesis.client;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Builds the Kinesis clients of source and sink.
 *
 * <p>Credentials come from the default chain. The endpoint is the region's own unless the table
 * option {@code aws.endpoint} or the environment ({@code AWS_ENDPOINT_URL}) names another. All
 * clients are synchronous and speak HTTP/1.1: one small HTTP implementation serves reads and
 * writes.
 */
public final class KinesisClients {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(15);

  private KinesisClients() {}

  /**
   * A client that reports every fault at once: for callers that keep their own schedule of retries.
   * The caller closes it.
   */
  public static KinesisClient withoutRetries(Connection connection) {
    return build(connection, DefaultRetryStrategy.doNotRetry());
  }

  /**
   * A client that retries a transient fault up to twice before it reports it. The caller closes it.
   */
  public static KinesisClient withRetries(Connection connection) {
    return build(connection, DefaultRetryStrategy.standardStrategyBuilder().maxAttempts(3).build());
  }

  private static KinesisClient build(Connection connection, RetryStrategy retries) {
    var builder =
        KinesisClient.builder()
            .region(Region.of(connection.region()))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(READ_TIMEOUT))
            .overrideConfiguration(settings -> settings.retryStrategy(retries));
    if (connection.endpoint() != null) {
      builder.endpointOverride(URI.create(connection.endpoint()));
    }
    return builder.build();
  }
}
