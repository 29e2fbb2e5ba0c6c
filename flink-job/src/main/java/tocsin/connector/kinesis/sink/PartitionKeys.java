package tocsin.connector.kinesis.sink;

import java.io.Serializable;
import java.util.UUID;

/**
 * Gives the partition key of an element, which decides its shard.
 *
 * <p>Obligation: 1 to 256 characters.
 */
public interface PartitionKeys<T> extends Serializable {
  int MAX_LENGTH = 256;

  /** Called once in each writer, before the first element. */
  default void open(int subtask) {}

  String keyOf(T element);

  /** A new key for each element: spreads over all shards. */
  final class RandomKeys<T> implements PartitionKeys<T> {
    @Override
    public String keyOf(T element) {
      return UUID.randomUUID().toString();
    }
  }

  /** One key for each writer subtask: all that it writes goes to one shard. */
  final class FixedKeys<T> implements PartitionKeys<T> {
    private String key;

    @Override
    public void open(int subtask) {
      key = Integer.toString(subtask);
    }

    @Override
    public String keyOf(T element) {
      return key;
    }
  }
}
