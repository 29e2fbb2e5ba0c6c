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
final class Subjects<V extends Subjects.Known<V>> {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int NAMES_AT = 2 * Integer.BYTES;
  private static final int FIRST_SIZE = 1_024;

  private final int mostOfGeneration;
  private V[] young = table(FIRST_SIZE);
  private int youngSize;
  private int youngWeight;

  /** The generation before; its entries become young again when they are asked for. */
  private V[] old = table(1);

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
    V known = find(young);
    if (known == null) {
      known = find(old);
      if (known != null) {
        unlink(known);
        insert(known);
      }
    }
    return known;
  }

  /**
   * Keeps what is known about the subject that {@link #get} was last asked for.
   *
   * @param known of no other subject, and not kept yet
   */
  void put(V known) {
    known.names = Arrays.copyOf(names, length);
    known.hash = hash;
    insert(known);
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

  private V find(V[] table) {
    V known = table[hash & table.length - 1];
    while (known != null
        && !(known.hash == hash
            && Arrays.equals(known.names, 0, known.names.length, names, 0, length))) {
      known = known.next;
    }
    return known;
  }

  private void unlink(V known) {
    int place = known.hash & old.length - 1;
    if (old[place] == known) {
      old[place] = known.next;
      return;
    }
    V before = old[place];
    while (before.next != known) {
      before = before.next;
    }
    before.next = known.next;
  }

  private void insert(V known) {
    if (youngWeight >= mostOfGeneration) {
      old = young;
      young = table(old.length);
      youngSize = 0;
      youngWeight = 0;
    } else if (4 * youngSize >= young.length) {
      // So that few stand behind others: each of those is a wait for its memory.
      V[] small = young;
      young = table(2 * small.length);
      for (V first : small) {
        for (V each = first; each != null; ) {
          V next = each.next;
          link(each);
          each = next;
        }
      }
    }
    link(known);
    youngSize++;
    youngWeight += known.weight();
  }

  private void link(V known) {
    int place = known.hash & young.length - 1;
    known.next = young[place];
    young[place] = known;
  }

  @SuppressWarnings("unchecked")
  private static <V extends Known<V>> V[] table(int size) {
    return (V[]) new Known<?>[size];
  }

  /** What is known of a subject, and how it is found: one object, one wait for memory less. */
  abstract static class Known<V> {
    byte[] names;
    int hash;
    V next;

    /** How much of what may be kept this takes, at least 1. */
    abstract int weight();
  }
}
