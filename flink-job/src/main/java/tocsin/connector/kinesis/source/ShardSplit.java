package tocsin.connector.kinesis.source;

import java.util.Objects;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * One shard and the position from which it is to be read; the unit of work of the source.
 *
 * @param shardId the shard's id, unique in its stream for ever
 * @param position where to go on
 * @param finished true once the closed shard was read to its end. A finished split stays in the
 *     reader's checkpoints until the enumerator is sure to know of it; it is never read again.
 */
public record ShardSplit(String shardId, Position position, boolean finished)
    implements SourceSplit {
  public ShardSplit {
    Objects.requireNonNull(shardId);
    Objects.requireNonNull(position);
  }

  /** A shard still to be read. */
  public static ShardSplit open(String shardId, Position position) {
    return new ShardSplit(shardId, position, false);
  }

  @Override
  public String splitId() {
    return shardId;
  }
}
