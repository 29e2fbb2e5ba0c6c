package tocsin.functions;

import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code ANY_OF(bytes)}: the bytes of one of the rows, where all have the same. Can be merged, as
 * hopping windows need, which Flink's own FIRST_VALUE cannot.
 */
public final class AnyOf extends AggregateFunction<byte[], AnyOf.Held> {
  private static final long serialVersionUID = 1;

  /** The bytes of a row, null before the first. */
  public static class Held {
    public byte[] bytes;
  }

  @Override
  public Held createAccumulator() {
    return new Held();
  }

  public void accumulate(Held held, byte[] bytes) {
    held.bytes = bytes;
  }

  public void merge(Held held, Iterable<Held> others) {
    for (Held other : others) {
      if (other.bytes != null) {
        held.bytes = other.bytes;
      }
    }
  }

  @Override
  public byte[] getValue(Held held) {
    return held.bytes;
  }
}
