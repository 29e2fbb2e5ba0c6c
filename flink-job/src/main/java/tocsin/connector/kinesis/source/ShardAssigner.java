package tocsin.connector.kinesis.source;

import java.math.BigInteger;

/**
 * Spreads shards over the reader subtasks by their place in the hash key range: open shards
 * partition that range, so they spread evenly, and a child stays with its parent's reader.
 *
 * @param streamArn shifts the first subtask, so that several small streams do not all load subtask
 *     0
 */
record ShardAssigner(String streamArn) {
  private static final int HASH_KEY_BITS = 128;

  int subtaskFor(Shard shard, int parallelism) {
    int slice =
        shard
            .startingHashKey()
            .multiply(BigInteger.valueOf(parallelism))
            .shiftRight(HASH_KEY_BITS)
            .intValueExact();
    return Math.floorMod(slice + streamArn.hashCode(), parallelism);
  }
}
