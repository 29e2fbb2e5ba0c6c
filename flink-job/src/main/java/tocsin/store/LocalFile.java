package tocsin.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file of this machine; its time of change and size are the tag. */
final class LocalFile implements PublishedObject {
  private static final long serialVersionUID = 1;

  private final URI uri;

  LocalFile(URI uri) {
    this.uri = uri;
  }

  @Override
  public Optional<Version> readUnless(String knownTag) throws IOException {
    Path path = Path.of(uri);
    String tag = Files.getLastModifiedTime(path).toMillis() + "/" + Files.size(path);
    return tag.equals(knownTag)
        ? Optional.empty()
        : Optional.of(new Version(tag, Files.readString(path)));
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return uri.toString();
  }
}
