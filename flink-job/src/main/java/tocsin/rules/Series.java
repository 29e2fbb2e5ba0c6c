package tocsin.rules;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;

/**
 * The column {@code series}: names a rule and what it judges in 16 bytes, of which every keyed
 * state holds a copy. 12 are of a SHA-256 of all their names: that any two of a million series read
 * alike is one chance in 10^17. The last four are chosen so that Flink keeps the series' state in
 * the task to which the readings of its subject are sent: then its rows need not be sent once more.
 */
public final class Series {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int HASHED = 12;
  private static final int SIZE = HASHED + Integer.BYTES;

  /** Where Flink's binary rows of one column have the bytes of it. */
  private static final int BYTES_AT = 16;

  private Series() {}

  /**
   * @param maxParallelism the number of key groups of the job
   */
  static byte[] of(String ruleId, Subject subject, int maxParallelism) {
    int wanted = KeyGroupRangeAssignment.assignToKeyGroup(subject.hashCode(), maxParallelism);
    byte[] series = Arrays.copyOf(hash(ruleId, subject), SIZE);
    BinaryRowData key = keyOf(series);
    // One in maxParallelism belongs there, and there are four thousand million.
    for (int tried = 0; ; tried++) {
      key.getSegments()[0].putIntBigEndian(BYTES_AT + HASHED, tried);
      if (KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism) == wanted) {
        return key.getBinary(0);
      }
    }
  }

  /** The bytes of both halves, each big-endian. */
  public static byte[] bytes(long head, long tail) {
    byte[] series = new byte[SIZE];
    LONGS.set(series, 0, head);
    LONGS.set(series, Long.BYTES, tail);
    return series;
  }

  /** The key that Flink's SQL makes of {@code PARTITION BY series}. */
  public static BinaryRowData keyOf(byte[] series) {
    BinaryRowData key = new BinaryRowData(1);
    BinaryRowWriter writer = new BinaryRowWriter(key);
    writer.writeBinary(0, series);
    writer.complete();
    return key;
  }

  /** All names in one text. Lengths first: no two series read alike, whatever their names hold. */
  static byte[] nameOf(String ruleId, Subject subject) {
    String source = subject.source().toString();
    String entity = subject.entity().toString();
    return String.join(
            "\n",
            ruleId.length() + " " + source.length() + " " + entity.length(),
            ruleId,
            source,
            entity,
            subject.metric().toString())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hash(String ruleId, Subject subject) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(nameOf(ruleId, subject));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
