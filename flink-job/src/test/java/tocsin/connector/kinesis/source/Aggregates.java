package tocsin.connector.kinesis.source;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Writes what the Kinesis Producer Library would, for the tests of what reads it. */
public final class Aggregates {
  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};

  private Aggregates() {}

  /** An aggregate of texts under one partition key, with an explicit hash key and a tag each. */
  public static byte[] of(List<String> texts) {
    var message = new ByteArrayOutputStream();
    delimited(message, 1, "key".getBytes(StandardCharsets.UTF_8));
    delimited(
        message, 2, "170141183460469231731687303715884105728".getBytes(StandardCharsets.UTF_8));
    for (String text : texts) {
      var tag = new ByteArrayOutputStream();
      delimited(tag, 1, "origin".getBytes(StandardCharsets.UTF_8));
      var record = new ByteArrayOutputStream();
      number(record, 1, 0);
      number(record, 2, 0);
      delimited(record, 3, text.getBytes(StandardCharsets.UTF_8));
      delimited(record, 4, tag.toByteArray());
      delimited(message, 3, record.toByteArray());
    }
    return sealed(message.toByteArray());
  }

  /** Any bytes between the magic number and their own right checksum. */
  static byte[] sealed(byte[] message) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(MAGIC);
    all.writeBytes(message);
    try {
      all.writeBytes(MessageDigest.getInstance("MD5").digest(message));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    return all.toByteArray();
  }

  static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, (long) field << 3);
    varint(out, value);
  }

  static void delimited(ByteArrayOutputStream out, int field, byte[] value) {
    varint(out, (long) field << 3 | 2);
    varint(out, value.length);
    out.writeBytes(value);
  }

  static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
