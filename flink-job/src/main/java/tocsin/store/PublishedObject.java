package tocsin.store;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A small text that a deploy publishes and a running job reads: an S3 object, or a local file. */
public interface PublishedObject extends Serializable, AutoCloseable {

  /** The text, and the tag by which a changed one is known. */
  record Version(String tag, String text) {}

  /**
   * Reads the object unless it is still the version with the given tag.
   *
   * @param knownTag tag of the version that the caller holds, or null
   * @return empty when nothing changed
   * @throws IOException when the object is not there or cannot be read; worth another try
   */
  Optional<Version> readUnless(String knownTag) throws IOException;

  @Override
  void close();

  /** The object at {@code s3://bucket/key} or {@code file:///path}. */
  static PublishedObject at(String uri) {
    URI parsed = URI.create(uri);
    String scheme = parsed.getScheme() == null ? "" : parsed.getScheme();
    return switch (scheme) {
      case "s3" -> new S3Object(parsed.getHost(), parsed.getPath().substring(1));
      case "file" -> new LocalFile(parsed);
      default ->
          throw new IllegalArgumentException(
              "'" + uri + "' must start with s3:// or file:// to name what the job reads");
    };
  }

  /**
   * Reads the object now, and again each second until it is there: a deploy publishes it at about
   * the time at which the job starts.
   */
  default Version await(Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return readUnless(null).orElseThrow();
      } catch (IOException notYet) {
        if (System.nanoTime() >= deadline) {
          throw new IOException(
              this + " could not be read within " + patience.toSeconds() + " s", notYet);
        }
        Thread.sleep(1_000);
      }
    }
  }
}
