package tocsin.store;

import java.io.IOException;

/** An object that the job may not read: rights that were just given take some moments. */
public final class RefusedObject extends IOException {
  private static final long serialVersionUID = 1;

  public RefusedObject(String uri, Throwable cause) {
    super("reading " + uri + ": " + cause.getMessage(), cause);
  }
}
