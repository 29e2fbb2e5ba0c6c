package tocsin.connector.kinesis.source;

import java.math.BigInteger;
import java.util.Set;

/**
 * A shard as the stream lists it.
 *
 * @param shardId its id
 * @param parents ids of the shards that it was split or merged from; empty for a first shard
 * @param startingHashKey lower end of its hash key range, 0 to 2^128 - 1
 */
public record Shard(String shardId, Set<String> parents, BigInteger startingHashKey) {}
