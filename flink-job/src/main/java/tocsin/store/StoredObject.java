package tocsin.store;

import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A large object that is read from its begin to its end: one in S3, or a local file. */
public final class StoredObject {
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private StoredObject() {}

  /**
   * The bytes at {@code s3://bucket/key} or {@code file:///path}; the caller closes them.
   *
   * @throws UnreadableObject when it is not there
   * @throws RefusedObject when it must not be read
   * @throws IOException when another attempt may help
   */
  public static InputStream open(String uri) throws IOException {
    URI parsed = URI.create(uri);
    String scheme = parsed.getScheme() == null ? "" : parsed.getScheme();
    return switch (scheme) {
      case "s3" -> openS3(uri, parsed.getHost(), parsed.getPath().substring(1));
      case "file" -> openFile(uri, Path.of(parsed));
      default ->
          throw new IllegalArgumentException(
              "'" + uri + "' must start with s3:// or file:// to name what the job reads");
    };
  }

  private static InputStream openFile(String uri, Path path) throws IOException {
    try {
      return Files.newInputStream(path);
    } catch (NoSuchFileException | FileNotFoundException missing) {
      throw new UnreadableObject(uri, missing);
    }
  }

  private static InputStream openS3(String uri, String bucket, String key) throws IOException {
    S3Client client = S3Clients.create();
    try {
      return new S3Stream(client.getObject(request -> request.bucket(bucket).key(key)), client);
    } catch (SdkException failed) {
      client.close();
      throw switch (failed instanceof S3Exception answer ? answer.statusCode() : 0) {
        case NOT_FOUND -> new UnreadableObject(uri, failed);
        case FORBIDDEN -> new RefusedObject(uri, failed);
        default -> new IOException("reading " + uri + ": " + failed.getMessage(), failed);
      };
    }
  }

  /** Takes its client with it, and does not read on to the end only to close. */
  private static final class S3Stream extends FilterInputStream {
    private final ResponseInputStream<GetObjectResponse> object;
    private final S3Client client;

    S3Stream(ResponseInputStream<GetObjectResponse> object, S3Client client) {
      super(object);
      this.object = object;
      this.client = client;
    }

    @Override
    public void close() {
      object.abort();
      client.close();
    }
  }
}
