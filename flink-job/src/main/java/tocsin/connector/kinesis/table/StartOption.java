package tocsin.connector.kinesis.table;

import java.text.ParseException;
import java.text.SimpleDateFormat;
import java.time.Instant;
import java.util.TimeZone;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import tocsin.connector.kinesis.source.Start;

/** Reads the three {@code source.init.*} options. */
final class StartOption {
  private StartOption() {}

  /**
   * Where to begin.
   *
   * @throws ValidationException when the instant is missing or cannot be read
   */
  static Start of(ReadableConfig options) {
    return switch (options.get(KinesisOptions.INIT_POSITION)) {
      case LATEST -> new Start.Latest();
      case TRIM_HORIZON -> new Start.TrimHorizon();
      case AT_TIMESTAMP -> new Start.AtTimestamp(instant(options));
    };
  }

  private static Instant instant(ReadableConfig options) {
    String text =
        options
            .getOptional(KinesisOptions.INIT_TIMESTAMP)
            .orElseThrow(
                () ->
                    new ValidationException(
                        "'source.init.position' is AT_TIMESTAMP, so 'source.init.timestamp' must be set"));
    if (text.matches("\\d+(\\.\\d+)?")) {
      return Instant.ofEpochMilli(Math.round(Double.parseDouble(text) * 1000));
    }
    String pattern = options.get(KinesisOptions.INIT_TIMESTAMP_FORMAT);
    try {
      var format = new SimpleDateFormat(pattern);
      format.setTimeZone(TimeZone.getTimeZone("UTC")); // for patterns without a zone
      return format.parse(text).toInstant();
    } catch (ParseException | IllegalArgumentException error) {
      throw new ValidationException(
          "'source.init.timestamp' is '" + text + "', which is not of the form '" + pattern + "'",
          error);
    }
  }
}
