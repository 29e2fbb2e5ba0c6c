package tocsin.record;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes the records of the Kinesis Producer Library apart, which puts many records of its user into
 * one of Kinesis: four magic bytes, a protobuf message, and the MD5 of that message. The format:
 * github.com/awslabs/amazon-kinesis-producer, {@code aggregation-format.md}.
 *
 * <p>Keys and tags are skipped: the bytes of a record are all that is read of it. Bounds: nothing
 * is allocated by a length that the bytes claim, only by what they hold.
 */
public final class Aggregate {
  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
  private static final int CHECKSUM_BYTES = 16;

  /** {@code AggregatedRecord.records}. */
  private static final int RECORDS = 3;

  /** {@code Record.partition_key_index} and {@code Record.data}, both required. */
  private static final int PARTITION_KEY_INDEX = 1;

  private static final int DATA = 3;

  private Aggregate() {}

  /** True for bytes that begin like an aggregate, whole or broken. No UTF-8 text begins so. */
  public static boolean isMarked(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && bytes[0] == MAGIC[0]
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * The records in it, in their order; none when the bytes are no whole aggregate of at least one
   * record. All or nothing: where one record is broken, its neighbours cannot be trusted.
   */
  public static List<byte[]> recordsOf(byte[] bytes) {
    int end = bytes.length - CHECKSUM_BYTES;
    if (!isMarked(bytes) || end < MAGIC.length || !checksumFits(bytes, end)) {
      return List.of();
    }
    try {
      var records = new ArrayList<byte[]>();
      var message = new ProtobufReader(bytes, MAGIC.length, end);
      while (message.next()) {
        if (message.field() == RECORDS) {
          records.add(dataOf(message.message()));
        } else {
          message.skip();
        }
      }
      return records;
    } catch (ProtobufReader.Malformed broken) {
      return List.of();
    }
  }

  private static byte[] dataOf(ProtobufReader record) throws ProtobufReader.Malformed {
    byte[] data = null;
    boolean keyed = false;
    while (record.next()) {
      if (record.field() == DATA) {
        data = record.bytes();
      } else {
        keyed |= record.field() == PARTITION_KEY_INDEX;
        record.skip();
      }
    }
    if (data == null || !keyed) {
      throw new ProtobufReader.Malformed("a record lacks its data or its key");
    }
    return data;
  }

  private static boolean checksumFits(byte[] bytes, int end) {
    try {
      var md5 = MessageDigest.getInstance("MD5");
      md5.update(bytes, MAGIC.length, end - MAGIC.length);
      return Arrays.equals(md5.digest(), 0, CHECKSUM_BYTES, bytes, end, bytes.length);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java platform must have it
    }
  }
}
