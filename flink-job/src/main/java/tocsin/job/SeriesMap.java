package tocsin.job;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A map by the 16 bytes of the column {@code series}. Names and values stand in two plain arrays:
 * with many series no cache holds them, and here the two waits for memory are one, because where to
 * look in both is known at once. The bytes are of a cryptographic hash, so that they need no other.
 */
final class SeriesMap<V> {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int FIRST_SIZE = 1_024;

  /** Two longs a place. */
  private long[] names = new long[2 * FIRST_SIZE];

  /** Null where a place is free. */
  private Object[] values = new Object[FIRST_SIZE];

  private int size;

  /** The value of a series, or null. */
  @SuppressWarnings("unchecked")
  V get(byte[] series) {
    return (V) values[placeOf(head(series), tail(series))];
  }

  /**
   * Adds or replaces the value of a series.
   *
   * @param value not null
   */
  void put(byte[] series, V value) {
    if (2 * size >= values.length) {
      enlarge();
    }
    put(head(series), tail(series), value);
  }

  void clear() {
    Arrays.fill(values, null);
    size = 0;
  }

  private void put(long head, long tail, Object value) {
    int place = placeOf(head, tail);
    if (values[place] == null) {
      size++;
      names[2 * place] = head;
      names[2 * place + 1] = tail;
    }
    values[place] = value;
  }

  /** Where that series is, or the free place where it would be. */
  private int placeOf(long head, long tail) {
    int place = (int) head & values.length - 1;
    while (values[place] != null && !(names[2 * place] == head && names[2 * place + 1] == tail)) {
      place = place + 1 & values.length - 1;
    }
    return place;
  }

  private void enlarge() {
    long[] oldNames = names;
    Object[] oldValues = values;
    names = new long[2 * oldNames.length];
    values = new Object[2 * oldValues.length];
    size = 0;
    for (int place = 0; place < oldValues.length; place++) {
      if (oldValues[place] != null) {
        put(oldNames[2 * place], oldNames[2 * place + 1], oldValues[place]);
      }
    }
  }

  private static long head(byte[] series) {
    return (long) LONGS.get(series, 0);
  }

  private static long tail(byte[] series) {
    return (long) LONGS.get(series, Long.BYTES);
  }
}
