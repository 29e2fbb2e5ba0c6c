package tocsin.rules;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.data.binary.BinaryStringData;

/**
 * A bounded map from what readings are of to what is known about it. A {@code HashMap} of {@link
 * Subject} would follow some fifteen pointers for each reading, most of them into memory that no
 * cache has when there are many subjects; here all names are one piece of bytes. What was not asked
 * for since as many others were is forgotten.
 */
final class Subjects<V> {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int NAMES_AT = 2 * Integer.BYTES;
  private static final int FIRST_SIZE = 1_024;

  private final int mostOfGeneration;
  private Entry<V>[] young = table(FIRST_SIZE);
  private int youngSize;
  private int youngWeight;

  /** The generation before; its entries become young again when they are asked for. */
  private Entry<V>[] old = table(1);

  /** The names of the subject that was asked for, followed by zeros up to a whole long. */
  private byte[] names = new byte[256];

  private int length;
  private int hash;

  /**
   * @param most what all that is known may weigh; at least half of that much is kept
   */
  Subjects(int most) {
    this.mostOfGeneration = most / 2;
  }

  /** What is known about a subject, or null; {@link #put} then tells it. */
  V get(StringData source, StringData entity, StringData metric) {
    write((BinaryStringData) source, (BinaryStringData) entity, (BinaryStringData) metric);
    Entry<V> entry = find(young);
    if (entry == null) {
      entry = find(old);
      if (entry == null) {
        return null;
      }
      insert(new Entry<>(entry.names, entry.hash, entry.value, entry.weight));
    }
    return entry.value;
  }

  /**
   * Keeps what is known about the subject that {@link #get} was last asked for.
   *
   * @param weight at least 1
   */
  void put(V value, int weight) {
    insert(new Entry<>(Arrays.copyOf(names, length), hash, value, weight));
  }

  void clear() {
    young = table(FIRST_SIZE);
    youngSize = 0;
    youngWeight = 0;
    old = table(1);
  }

  private void write(BinaryStringData source, BinaryStringData entity, BinaryStringData metric) {
    source.ensureMaterialized();
    entity.ensureMaterialized();
    metric.ensureMaterialized();
    int ofSource = source.getSizeInBytes();
    int ofEntity = entity.getSizeInBytes();
    int ofMetric = metric.getSizeInBytes();
    length = NAMES_AT + ofSource + ofEntity + ofMetric;
    if (names.length < length + Long.BYTES) {
      names = new byte[2 * length + Long.BYTES];
    }
    INTS.set(names, 0, ofSource);
    INTS.set(names, Integer.BYTES, ofEntity);
    copy(source, NAMES_AT, ofSource);
    copy(entity, NAMES_AT + ofSource, ofEntity);
    copy(metric, NAMES_AT + ofSource + ofEntity, ofMetric);
    LONGS.set(names, length, 0L);
    long mixed = length;
    for (int at = 0; at < length; at += Long.BYTES) {
      mixed = (mixed ^ (long) LONGS.get(names, at)) * 0x9E3779B97F4A7C15L;
      mixed ^= mixed >>> 32;
    }
    hash = (int) mixed;
  }

  private void copy(BinaryStringData text, int at, int size) {
    BinarySegmentUtils.copyToBytes(text.getSegments(), text.getOffset(), names, at, size);
  }

  private Entry<V> find(Entry<V>[] table) {
    Entry<V> entry = table[hash & table.length - 1];
    while (entry != null
        && !(entry.hash == hash
            && Arrays.equals(entry.names, 0, entry.names.length, names, 0, length))) {
      entry = entry.next;
    }
    return entry;
  }

  private void insert(Entry<V> entry) {
    if (youngWeight >= mostOfGeneration) {
      old = young;
      young = table(old.length);
      youngSize = 0;
      youngWeight = 0;
    } else if (youngSize == young.length) {
      Entry<V>[] small = young;
      young = table(2 * small.length);
      for (Entry<V> first : small) {
        for (Entry<V> each = first; each != null; ) {
          Entry<V> next = each.next;
          link(each);
          each = next;
        }
      }
    }
    link(entry);
    youngSize++;
    youngWeight += entry.weight;
  }

  private void link(Entry<V> entry) {
    int place = entry.hash & young.length - 1;
    entry.next = young[place];
    young[place] = entry;
  }

  @SuppressWarnings("unchecked")
  private static <V> Entry<V>[] table(int size) {
    return new Entry[size];
  }

  private static final class Entry<V> {
    private final byte[] names;
    private final int hash;
    private final V value;
    private final int weight;
    private Entry<V> next;

    Entry(byte[] names, int hash, V value, int weight) {
      this.names = names;
      this.hash = hash;
      this.value = value;
      this.weight = weight;
    }
  }
}
