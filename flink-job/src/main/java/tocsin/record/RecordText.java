package tocsin.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a record as text. */
final class RecordText {
  static final int MAX_NAME_LENGTH = 256;

  /** Of one char written as an escape: a backslash, {@code u} and four digits. */
  private static final int MAX_JSON_BYTES = 6;

  private RecordText() {}

  /**
   * True when no byte is above 127 or zero, so that nothing could take them for another encoding.
   */
  static boolean isPlainAscii(byte[] data) {
    for (byte each : data) {
      if (each <= 0) {
        return false;
      }
    }
    return true;
  }

  /** The text, with a replacement character where bytes are not UTF-8. */
  static String of(byte[] data) {
    return new String(data, StandardCharsets.UTF_8);
  }

  /**
   * @param text what {@link #of} made of the bytes
   */
  static boolean isUtf8(byte[] data, String text) {
    // The replacement character appears where bytes are not UTF-8, and seldom of its own accord.
    if (text.indexOf('\uFFFD') < 0) {
      return true;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
      return true;
    } catch (CharacterCodingException notUtf8) {
      return false;
    }
  }

  /** The first characters of a text; a character that takes two is kept or dropped whole. */
  static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    boolean splits = length > 0 && Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, splits ? length - 1 : length);
  }

  /**
   * The first characters of a text, as many as take no more than so many bytes of JSON as Flink's
   * format writes it; a character that takes two is kept or dropped whole.
   */
  static String cutAsJson(String text, int bytes) {
    if (text.length() <= bytes / MAX_JSON_BYTES) {
      return text;
    }
    int left = bytes;
    for (int i = 0; i < text.length(); i++) {
      left -= jsonBytes(text.charAt(i));
      if (left < 0) {
        return cut(text, i);
      }
    }
    return text;
  }

  private static int jsonBytes(char c) {
    if (c >= 0x80) {
      // Half of a character that takes two is an escape, too: it is not written as UTF-8.
      return Character.isSurrogate(c) ? MAX_JSON_BYTES : c < 0x800 ? 2 : 3;
    }
    if (c == '"' || c == '\\' || (c >= '\b' && c <= '\r' && c != 0x0B)) {
      return 2;
    }
    return c < ' ' ? MAX_JSON_BYTES : 1;
  }

  /** True for one line that names an entity or a metric. */
  static boolean isName(String text) {
    if (text.isEmpty() || text.length() > MAX_NAME_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '\u007f') {
        return false;
      }
    }
    return true;
  }
}
