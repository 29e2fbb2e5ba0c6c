package tocsin.store;

import java.io.IOException;

/** An object that is not there: another attempt cannot help. */
public final class UnreadableObject extends IOException {
  private static final long serialVersionUID = 1;

  UnreadableObject(String uri, Throwable cause) {
    super("reading " + uri + ": " + cause.getMessage(), cause);
  }
}
