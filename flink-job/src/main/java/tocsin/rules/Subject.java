package tocsin.rules;

import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;

/** What a reading is of. */
record Subject(StringData source, StringData entity, StringData metric) {
  private static final StringData ANY = StringData.fromString(Rule.ANY);

  /** Whatever a source sends. */
  static Subject ofWhole(StringData source) {
    return new Subject(source, ANY, ANY);
  }

  /** Mixed: the texts' own hashes of 100,000 names such as user000001 share 2,048 values. */
  @Override
  public int hashCode() {
    int hash = (source.hashCode() * 31 + entity.hashCode()) * 31 + metric.hashCode();
    hash = (hash ^ hash >>> 16) * 0x85EBCA6B;
    hash = (hash ^ hash >>> 13) * 0xC2B2AE35;
    return hash ^ hash >>> 16;
  }

  /** Rows may be reused by Flink, so what is kept must be a copy. */
  Subject copy() {
    return new Subject(copy(source), copy(entity), copy(metric));
  }

  private static StringData copy(StringData text) {
    return BinaryStringData.fromString(text.toString());
  }
}
