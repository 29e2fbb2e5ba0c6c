package tocsin.connector.kinesis.source;

import java.util.List;

/**
 * The three things that the source asks of one stream.
 *
 * <p>Obligations: every method may be called by several threads at once. A failed call throws the
 * AWS client's exception unwrapped, so that {@link tocsin.connector.kinesis.client.Fault} can tell
 * what it asks for. Nothing is retried inside {@link #iterator} and {@link #read}.
 */
public interface StreamApi extends AutoCloseable {
  /** All shards that the stream holds, closed ones within the retention included. */
  List<Shard> listShards();

  /** An iterator at a position; it is valid for five minutes. */
  String iterator(String shardId, Position position);

  /** Reads up to {@code limit} records. */
  ShardRead read(String shardId, String iterator, int limit);

  @Override
  void close();
}
