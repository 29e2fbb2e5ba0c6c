package tocsin.connector.kinesis.source;

/**
 * A row of a prepared archive.
 *
 * @param manifest URI of the manifest that names the objects
 * @param object which of them, from 0
 * @param row which row of the object, from 0
 */
record ArchivePlace(String manifest, int object, long row) {
  /** Where the archive begins. */
  static ArchivePlace startOf(String manifest) {
    return new ArchivePlace(manifest, 0, 0);
  }

  /** The place that {@link #text} wrote. */
  static ArchivePlace of(Position position) {
    String[] parts = position.value().split(" ", 3);
    if (position.kind() != Position.Kind.IN_ARCHIVE || parts.length != 3) {
      throw new IllegalArgumentException(position + " is no place in an archive");
    }
    return new ArchivePlace(parts[2], Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
  }

  String text() {
    return object + " " + row + " " + manifest;
  }

  ArchivePlace nextRow() {
    return new ArchivePlace(manifest, object, row + 1);
  }

  ArchivePlace nextObject() {
    return new ArchivePlace(manifest, object + 1, 0);
  }
}
