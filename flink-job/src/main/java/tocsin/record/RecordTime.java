package tocsin.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads the time of a record: epoch milliseconds, or ISO 8601, which is UTC when it has no zone.
 */
final class RecordTime {
  private static final long DAY_MS = 86_400_000;
  private static final long EARLIEST_MS = Instant.parse("1980-01-01T00:00:00Z").toEpochMilli();
  private static final long LATEST_MS = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
  private static final int MIN_EPOCH_DIGITS = 12;
  private static final int MAX_EPOCH_DIGITS = 15;

  private RecordTime() {}

  /** The time cannot be read; the message ends a sentence that begins with the field's name. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Epoch milliseconds of a field's value. A text of 12 to 15 digits is read as a number.
   *
   * @throws Unreadable for any other value, and for a year before 1980 or after 9999
   */
  static long epochMs(JsonNode value) throws Unreadable {
    long ms;
    if (value.isNumber()) {
      double number = value.doubleValue();
      if (number != Math.rint(number) || Math.abs(number) > 9e15) {
        throw new Unreadable("is " + shown(value.asText()) + ", not whole epoch milliseconds");
      }
      ms = value.isIntegralNumber() ? value.longValue() : (long) number;
    } else if (value.isTextual()) {
      ms = ofText(value.textValue().strip());
    } else {
      throw new Unreadable("is neither a number nor a text");
    }
    if (ms < EARLIEST_MS || ms > LATEST_MS) {
      throw new Unreadable(
          "is "
              + shown(value.asText())
              + ", which is no time from 1980 to 9999; numbers are milliseconds");
    }
    return ms;
  }

  private static long ofText(String text) throws Unreadable {
    try {
      if (isEpochDigits(text)) {
        return Long.parseLong(text);
      }
      return new Scanner(text).instantMs();
    } catch (DateTimeException | IndexOutOfBoundsException | NumberFormatException unreadable) {
      throw new Unreadable(
          "is '"
              + shown(text)
              + "'; write epoch milliseconds or ISO 8601 such as 2026-01-31T04:05:06.789Z");
    }
  }

  private static boolean isEpochDigits(String text) {
    return text.length() >= MIN_EPOCH_DIGITS
        && text.length() <= MAX_EPOCH_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String shown(String text) {
    return text.length() > 60 ? RecordText.cut(text, 60) + "…" : text;
  }

  /** Reads date, time and zone from left to right; any fault is an exception of ofText. */
  private static final class Scanner {
    private final String text;
    private int at;

    Scanner(String text) {
      this.text = text;
    }

    long instantMs() {
      int year = digits(4);
      expect('-');
      int month = digits(2);
      expect('-');
      int day = digits(2);
      long ms = LocalDate.of(year, month, day).toEpochDay() * DAY_MS;
      if (at == text.length()) {
        return ms;
      }
      char separator = text.charAt(at++);
      if (separator != 'T' && separator != 't' && separator != ' ') {
        throw new DateTimeException("no T");
      }
      return ms + timeOfDayMs() - offsetMs();
    }

    private long timeOfDayMs() {
      int hour = atMost(23, digits(2));
      expect(':');
      int minute = atMost(59, digits(2));
      long ms = (hour * 60L + minute) * 60_000;
      if (at < text.length() && text.charAt(at) == ':') {
        at++;
        ms += atMost(59, digits(2)) * 1_000L + fractionMs();
      }
      return ms;
    }

    /** Digits after the third are dropped: milliseconds are what the job counts in. */
    private long fractionMs() {
      if (at >= text.length() || (text.charAt(at) != '.' && text.charAt(at) != ',')) {
        return 0;
      }
      int first = ++at;
      int ms = 0;
      while (at < text.length() && isDigit(text.charAt(at))) {
        if (at - first < 3) {
          ms = ms * 10 + (text.charAt(at) - '0');
        }
        at++;
      }
      if (at == first || at - first > 9) {
        throw new DateTimeException("fraction");
      }
      for (int places = at - first; places < 3; places++) {
        ms *= 10;
      }
      return ms;
    }

    private long offsetMs() {
      if (at == text.length()) {
        return 0;
      }
      char sign = text.charAt(at++);
      long ms = 0;
      if (sign == '+' || sign == '-') {
        int hours = atMost(18, digits(2));
        if (at < text.length() && text.charAt(at) == ':') {
          at++;
        }
        int minutes = at < text.length() ? atMost(59, digits(2)) : 0;
        ms = (hours * 60L + minutes) * 60_000 * (sign == '+' ? 1 : -1);
      } else if (sign != 'Z' && sign != 'z') {
        throw new DateTimeException("zone");
      }
      if (at != text.length()) {
        throw new DateTimeException("trailing text");
      }
      return ms;
    }

    private int digits(int count) {
      int number = 0;
      for (int end = at + count; at < end; at++) {
        if (!isDigit(text.charAt(at))) {
          throw new DateTimeException("no digit");
        }
        number = number * 10 + (text.charAt(at) - '0');
      }
      return number;
    }

    private void expect(char c) {
      if (text.charAt(at++) != c) {
        throw new DateTimeException("no " + c);
      }
    }

    private static int atMost(int limit, int number) {
      if (number > limit) {
        throw new DateTimeException("out of range");
      }
      return number;
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }
}
