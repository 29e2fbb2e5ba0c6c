package tocsin.connector.kinesis.source;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A stream whose answers a test sets. */
final class FakeStream implements StreamApi {
  final List<Position> iteratorsAskedFor = new CopyOnWriteArrayList<>();
  volatile List<Shard> shards = new ArrayList<>();
  volatile RuntimeException listError;
  volatile RuntimeException iteratorError;
  volatile Function<String, ShardRead> answer = shardId -> new ShardRead(List.of(), "next", 0);
  volatile boolean closed;

  /** What a read from the oldest record gives where that differs; null: the same as any other. */
  volatile ShardRead oldest;

  @Override
  public List<Shard> listShards() {
    if (listError != null) {
      throw listError;
    }
    return shards;
  }

  @Override
  public String iterator(String shardId, Position position) {
    iteratorsAskedFor.add(position);
    if (iteratorError != null) {
      throw iteratorError;
    }
    boolean atHorizon = position.kind() == Position.Kind.TRIM_HORIZON;
    return atHorizon && oldest != null ? "horizon" : "first";
  }

  @Override
  public ShardRead read(String shardId, String iterator, int limit) {
    return iterator.equals("horizon") ? oldest : answer.apply(shardId);
  }

  @Override
  public void close() {
    closed = true;
  }

  void failReadsWith(RuntimeException error) {
    answer =
        shardId -> {
          throw error;
        };
  }
}
