package tocsin.connector.kinesis.source;

import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;

/**
 * Where in a shard, or in the archive before the shards, to go on reading.
 *
 * @param kind how {@code value} is meant
 * @param value empty, epoch milliseconds, a sequence number or an {@link ArchivePlace}
 */
public record Position(Kind kind, String value) implements Serializable {
  /** The codes are written into checkpoints: never reuse one. */
  public enum Kind {
    TRIM_HORIZON(0),
    AT_TIMESTAMP(1),
    AFTER_SEQUENCE_NUMBER(2),
    IN_ARCHIVE(3);

    final int code;

    Kind(int code) {
      this.code = code;
    }

    static Kind ofCode(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no position kind has the code " + code);
    }
  }

  public Position {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(value);
  }

  /** The oldest record that the shard still holds. */
  public static Position trimHorizon() {
    return new Position(Kind.TRIM_HORIZON, "");
  }

  /** The first record that arrived at this instant or later. */
  public static Position at(Instant instant) {
    return new Position(Kind.AT_TIMESTAMP, Long.toString(instant.toEpochMilli()));
  }

  /** The record behind this one. */
  public static Position after(String sequenceNumber) {
    return new Position(Kind.AFTER_SEQUENCE_NUMBER, sequenceNumber);
  }

  /** A row of the archive. */
  static Position in(ArchivePlace place) {
    return new Position(Kind.IN_ARCHIVE, place.text());
  }

  /** The instant of an {@code AT_TIMESTAMP} position. */
  public Instant instant() {
    if (kind != Kind.AT_TIMESTAMP) {
      throw new IllegalStateException("a position of kind " + kind + " has no instant");
    }
    return Instant.ofEpochMilli(Long.parseLong(value));
  }
}
