package tocsin.connector.kinesis.source;

import java.io.IOException;
import java.io.InputStream;

/** Where the objects of an archive are read from. */
interface ArchiveObjects {
  /**
   * The bytes of the object at a URI; the caller closes them.
   *
   * @throws tocsin.store.UnreadableObject when no further attempt can help
   * @throws tocsin.store.RefusedObject when one a minute later may
   * @throws IOException when one may
   */
  InputStream open(String uri) throws IOException;
}
