package tocsin.job;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Makes records up that would break a job which trusts its input. */
final class HostileRecords {
  private static final int HUGE_BYTES = 1_000_000;

  private HostileRecords() {}

  /** One record that no producer should send, or one that looks odd and is sound. */
  static byte[] next(Random random, int id, long atMs) {
    String pump = "\"pump\":\"fuzz-" + id % 7 + "\"";
    String at = "\"at\":" + atMs;
    String sound = "{" + pump + ",\"bar\":" + random.nextInt(50) + "," + at + "}";
    return switch (id % 500 == 0 ? 99 : random.nextInt(22)) {
      case 0 -> utf8(sound.substring(0, random.nextInt(sound.length())));
      case 1 -> utf8("{" + pump + ",\"bar\":\"12\"," + at + "}");
      case 2 -> utf8("{" + pump + ",\"bar\":NaN," + at + "}");
      case 3 -> utf8("{" + pump + ",\"bar\":1e308," + at + "}");
      case 4 -> utf8("{" + pump + ",\"bar\":-1e999," + at + "}");
      case 5 -> utf8("[".repeat(1 + random.nextInt(2_000)));
      case 6 -> utf8("{\"a\":".repeat(1 + random.nextInt(1_500)) + "1");
      case 7 -> sound.getBytes(StandardCharsets.UTF_16LE);
      case 8 -> ("\uFEFF" + sound).getBytes(StandardCharsets.UTF_8);
      case 9 -> "{\"pump\":\"f\u00fc\",\"bar\":1}".getBytes(StandardCharsets.ISO_8859_1);
      case 10 -> utf8("{" + pump + ",\"bar\":1,\"at\":\"0001-01-01T00:00:00Z\"}");
      case 11 -> utf8("{" + pump + ",\"bar\":1,\"at\":\"9999-12-31T23:59:59Z\"}");
      case 12 ->
          utf8("{" + pump + ",\"bar\":1,\"bar\":" + random.nextInt(9) + "," + at + "," + at + "}");
      case 13 -> randomBytes(random);
      case 14 -> utf8(String.valueOf(random.nextLong()));
      case 15 -> utf8("{\"pump\":null,\"bar\":1," + at + "}");
      case 16 -> utf8("{\"pump\":{\"a\":[1]},\"bar\":1," + at + "}");
      case 17 ->
          utf8("{" + pump + ",\"bar\":1,\"at\":" + (random.nextBoolean() ? "true" : "1e400") + "}");
      case 18 -> utf8("{\"fan\":1}");
      case 19 -> new byte[0];
      case 20 -> flipped(random, utf8(sound));
      case 21 ->
          utf8(
              "{"
                  + pump
                  + ",\"bar\":[1,2],\"x\":{\"y\":{\"z\":"
                  + random.nextInt(5)
                  + "}},"
                  + at
                  + "}");
      default -> huge(id / 500, pump, at);
    };
  }

  /** A megabyte: a long label, one of escapes, a long entity, or letters that JSON escapes. */
  private static byte[] huge(int number, String pump, String at) {
    String escaped = "\\u0001".repeat(HUGE_BYTES / 6 - 100);
    return switch (number % 4) {
      case 0 ->
          utf8("{" + pump + ",\"bar\":500,\"text\":\"" + "x".repeat(HUGE_BYTES) + "\"," + at + "}");
      case 1 -> utf8("{" + pump + ",\"bar\":500,\"text\":\"" + escaped + "\"," + at + "}");
      case 2 -> utf8("{\"pump\":\"" + escaped + "\",\"bar\":500," + at + "}");
      default -> {
        List<String> letters = List.of("\0", "\u0001", "\"", "\\", "\uD83D\uDE00");
        String letter = letters.get(number / 4 % letters.size());
        yield utf8(letter.repeat(HUGE_BYTES / utf8(letter).length));
      }
    };
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] flipped(Random random, byte[] bytes) {
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      // Not in the entity, which must not become that of a good pump.
      bytes[18 + random.nextInt(bytes.length - 18)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
