package tocsin.store;

import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the job's S3 clients. Endpoint, region and credentials come from outside. */
final class S3Clients {
  private S3Clients() {}

  /** The caller closes it. */
  static S3Client create() {
    S3ClientBuilder builder = S3Client.builder().httpClient(UrlConnectionHttpClient.create());
    // Endpoints other than S3's own rarely answer to bucket names as host names.
    if (System.getenv("AWS_ENDPOINT_URL") != null || System.getenv("AWS_ENDPOINT_URL_S3") != null) {
      builder.forcePathStyle(true);
    }
    return builder.build();
  }
}
