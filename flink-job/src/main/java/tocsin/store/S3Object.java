package tocsin.store;

import java.io.IOException;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** An object in S3; its ETag is the tag. Endpoint, region and credentials come from outside. */
final class S3Object implements PublishedObject {
  private static final long serialVersionUID = 1;
  private static final int NOT_MODIFIED = 304;

  private final String bucket;
  private final String key;
  private transient S3Client client;

  S3Object(String bucket, String key) {
    this.bucket = bucket;
    this.key = key;
  }

  @Override
  public Optional<Version> readUnless(String knownTag) throws IOException {
    GetObjectRequest request =
        GetObjectRequest.builder().bucket(bucket).key(key).ifNoneMatch(knownTag).build();
    try {
      ResponseBytes<GetObjectResponse> object = client().getObjectAsBytes(request);
      String tag = object.response().eTag();
      // An endpoint that ignores If-None-Match sends the same version again.
      return tag.equals(knownTag)
          ? Optional.empty()
          : Optional.of(new Version(tag, object.asUtf8String()));
    } catch (S3Exception refused) {
      if (refused.statusCode() == NOT_MODIFIED) {
        return Optional.empty();
      }
      throw new IOException("reading " + this + ": " + refused.getMessage(), refused);
    } catch (SdkException unreachable) {
      throw new IOException("reading " + this + ": " + unreachable.getMessage(), unreachable);
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  /** Made on first use, because a client cannot travel to the machine that runs the task. */
  private S3Client client() {
    if (client == null) {
      client = S3Clients.create();
    }
    return client;
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + key;
  }
}
