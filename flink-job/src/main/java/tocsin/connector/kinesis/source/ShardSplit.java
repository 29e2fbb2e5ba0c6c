package tocsin.connector.kinesis.source;

import java.time.Instant;
import java.util.Objects;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * One shard and the position from which it is to be read; the unit of work of the source.
 *
 * @param shardId the shard's id, unique in its stream for ever
 * @param position where to go on
 * @param readUntil everything that arrived up to this instant was read; null where nobody knows
 * @param finished true once the closed shard was read to its end. A finished split stays in the
 *     reader's checkpoints until the enumerator is sure to know of it; it is never read again.
 */
public record ShardSplit(String shardId, Position position, Instant readUntil, boolean finished)
    implements SourceSplit {
  public ShardSplit {
    Objects.requireNonNull(shardId);
    Objects.requireNonNull(position);
  }

  /** A shard still to be read, of which nobody knows until when it was read. */
  public static ShardSplit open(String shardId, Position position) {
    return new ShardSplit(shardId, position, null, false);
  }

  /** The same split with more known of it. */
  ShardSplit readUntil(Instant instant) {
    return new ShardSplit(shardId, position, instant, finished);
  }

  @Override
  public String splitId() {
    return shardId;
  }
}
