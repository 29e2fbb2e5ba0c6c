package tocsin.connector.kinesis.client;

import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * The ARN of a Kinesis data stream, taken apart once.
 *
 * @param arn the whole ARN, as AWS prints it
 * @param region the region in it
 * @param accountId the twelve digits of its account
 * @param streamName the stream's name
 */
public record StreamArn(String arn, String region, String accountId, String streamName)
    implements Serializable {
  private static final Pattern SHAPE =
      Pattern.compile("arn:(aws[a-z-]*):kinesis:([a-z0-9-]+):(\\d{12}):stream/([a-zA-Z0-9_.-]+)");

  /**
   * Takes an ARN apart.
   *
   * @throws IllegalArgumentException when the text is not a Kinesis stream's ARN
   */
  public static StreamArn parse(String text) {
    var match = SHAPE.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not the ARN of a Kinesis stream (arn:aws:kinesis:REGION:ACCOUNT:stream/NAME)");
    }
    return new StreamArn(text, match.group(2), match.group(3), match.group(4));
  }
}
