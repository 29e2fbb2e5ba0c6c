package tocsin.record;

import java.util.Arrays;

/**
 * Reads the fields of one protobuf message in a part of an array, and nothing outside that part.
 * The encoding: protobuf.dev/programming-guides/encoding. Groups, long out of use, count as
 * malformed.
 */
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;
  private static final int MAX_VARINT_BITS = 64;

  /** The bytes are no protobuf message. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  private final byte[] bytes;
  private final int end;
  private int at;
  private int field;
  private int wireType;

  /** A message in {@code bytes} from {@code start} up to {@code end}, not included. */
  ProtobufReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Goes to the next field, whose value must then be read or skipped; false at the end. */
  boolean next() throws Malformed {
    if (at == end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0) {
      throw new Malformed("no field has the number " + (tag >>> 3));
    }
    return true;
  }

  /** The number of the field. */
  int field() {
    return field;
  }

  /** The field's value as bytes of their own. */
  byte[] bytes() throws Malformed {
    int start = startOfDelimited();
    return Arrays.copyOfRange(bytes, start, at);
  }

  /** The field's value as a message. */
  ProtobufReader message() throws Malformed {
    int start = startOfDelimited();
    return new ProtobufReader(bytes, start, at);
  }

  void skip() throws Malformed {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED_64 -> skip(Long.BYTES);
      case LENGTH_DELIMITED -> startOfDelimited();
      case FIXED_32 -> skip(Integer.BYTES);
      default -> throw new Malformed("unknown wire type " + wireType);
    }
  }

  /** Goes behind the value and gives its start. */
  private int startOfDelimited() throws Malformed {
    if (wireType != LENGTH_DELIMITED) {
      throw new Malformed("field " + field + " has wire type " + wireType);
    }
    long length = varint();
    int start = at;
    skip(length);
    return start;
  }

  private void skip(long length) throws Malformed {
    if (length < 0 || length > end - at) {
      throw new Malformed("field " + field + " is longer than the message");
    }
    at += (int) length;
  }

  private long varint() throws Malformed {
    long value = 0;
    for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
      if (at == end) {
        throw new Malformed("the message ends inside a number");
      }
      byte next = bytes[at++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new Malformed("a number has more than ten bytes");
  }
}
