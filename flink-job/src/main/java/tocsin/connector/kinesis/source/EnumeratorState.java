package tocsin.connector.kinesis.source;

import java.time.Instant;
import java.util.List;

/**
 * What the enumerator keeps in a checkpoint.
 *
 * @param streamArn the stream that it is about; shard ids are the same in every stream
 * @param start the pinned position of every shard that the first look finds
 * @param discovered true once that first look was taken
 * @param shards every shard known, finished ones included; the archive before them is one too
 * @param archivedUntil instant up to which the archive held everything; null where there was none
 */
public record EnumeratorState(
    String streamArn,
    Position start,
    boolean discovered,
    List<Entry> shards,
    Instant archivedUntil) {
  /**
   * One shard in the ledger.
   *
   * @param shard the shard and its parents
   * @param position where its reader begins, or goes on after it was handed back
   * @param status how far it is
   */
  public record Entry(Shard shard, Position position, Status status) {}

  /** The codes are written into checkpoints: never reuse one. */
  public enum Status {
    /** Not with a reader: waits for its parents, or for a reader to register. */
    WAITING(0),
    /** With a reader, whose own state has its position. */
    ASSIGNED(1),
    /** Closed, and read to its end. */
    FINISHED(2);

    final int code;

    Status(int code) {
      this.code = code;
    }

    static Status ofCode(int code) {
      for (Status status : values()) {
        if (status.code == code) {
          return status;
        }
      }
      throw new IllegalArgumentException("no shard status has the code " + code);
    }
  }
}
