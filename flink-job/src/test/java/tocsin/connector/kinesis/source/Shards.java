package tocsin.connector.kinesis.source;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import tocsin.connector.kinesis.client.Connection;
import tocsin.connector.kinesis.client.StreamArn;

/** Values that the tests of this package share. */
final class Shards {
  static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/readings";
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final SourceSettings SETTINGS =
      new SourceSettings(
          StreamArn.parse(ARN),
          new Connection("us-east-1", null),
          new Start.Latest(),
          Duration.ofMillis(250),
          Duration.ofMillis(7),
          Duration.ofSeconds(10),
          1000,
          null);

  /** One array, so that records of the same place are equal. */
  private static final byte[] DATA = {1};

  private static final BigInteger RANGE = BigInteger.ONE.shiftLeft(128);

  private Shards() {}

  static String id(int number) {
    return "shardId-%012d".formatted(number);
  }

  /** A shard whose range starts at this fraction of the whole. */
  static Shard shard(int number, double start, Integer... parents) {
    var startingHashKey =
        RANGE
            .multiply(BigInteger.valueOf(Math.round(start * 1000)))
            .divide(BigInteger.valueOf(1000));
    var ids = Arrays.stream(parents).map(Shards::id).toList();
    return new Shard(id(number), Set.copyOf(ids), startingHashKey);
  }

  static KinesisRecord record(int shard, String sequenceNumber) {
    return new KinesisRecord(id(shard), sequenceNumber, START, DATA);
  }
}
