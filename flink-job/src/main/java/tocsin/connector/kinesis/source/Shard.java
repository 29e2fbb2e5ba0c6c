package tocsin.connector.kinesis.source;

import java.math.BigInteger;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A shard as the stream lists it.
 *
 * @param shardId its id
 * @param parents ids of the shards that it was split or merged from; empty for a first shard
 * @param startingHashKey lower end of its hash key range, 0 to 2^128 - 1
 */
public record Shard(String shardId, Set<String> parents, BigInteger startingHashKey) {
  /**
   * Stands for the archive, which is read as a parent of all shards that there are at the start.
   */
  static final Shard ARCHIVE = new Shard("archive", Set.of(), BigInteger.ZERO);

  /** This shard, which may be read once the archive was. */
  Shard behindArchive() {
    Set<String> all =
        Stream.concat(parents.stream(), Stream.of(ARCHIVE.shardId()))
            .collect(Collectors.toUnmodifiableSet());
    return new Shard(shardId, all, startingHashKey);
  }

  boolean isBehindArchive() {
    return parents.contains(ARCHIVE.shardId());
  }
}
