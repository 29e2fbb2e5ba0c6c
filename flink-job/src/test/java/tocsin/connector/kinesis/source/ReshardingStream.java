package tocsin.connector.kinesis.source;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A stream in memory that reshards as Kinesis does: a split or merge closes its parents, which keep
 * their records; a closed shard's iterator ends behind its last one; keys go by their MD5.
 */
final class ReshardingStream implements StreamApi {
  private static final BigInteger RANGE = BigInteger.ONE.shiftLeft(128);

  private static final class Part {
    final Shard shard;
    final BigInteger end;
    final List<KinesisRecord> records = new ArrayList<>();
    boolean closed;

    Part(Shard shard, BigInteger end) {
      this.shard = shard;
      this.end = end;
    }
  }

  private final Map<String, Part> parts = new TreeMap<>();
  private long lastSequence = 1_000;

  ReshardingStream(int shards) {
    for (int i = 0; i < shards; i++) {
      open(at(i, shards), at(i + 1, shards), Set.of());
    }
  }

  synchronized void put(String key, String text) {
    BigInteger hash = hashOf(key);
    for (Part part : openParts()) {
      if (part.shard.startingHashKey().compareTo(hash) <= 0 && hash.compareTo(part.end) < 0) {
        part.records.add(
            new KinesisRecord(
                part.shard.shardId(),
                Long.toString(++lastSequence),
                Instant.now(),
                text.getBytes(StandardCharsets.UTF_8)));
        return;
      }
    }
    throw new IllegalStateException("no open shard takes " + key);
  }

  /** Splits the open shard of this place in the order of ranges. */
  synchronized void split(int place) {
    Part parent = openParts().get(place);
    parent.closed = true;
    BigInteger middle = parent.shard.startingHashKey().add(parent.end).shiftRight(1);
    Set<String> parents = Set.of(parent.shard.shardId());
    open(parent.shard.startingHashKey(), middle, parents);
    open(middle, parent.end, parents);
  }

  /** Merges the open shard of this place with the next one. */
  synchronized void merge(int place) {
    Part left = openParts().get(place);
    Part right = openParts().get(place + 1);
    left.closed = true;
    right.closed = true;
    open(
        left.shard.startingHashKey(),
        right.end,
        Set.of(left.shard.shardId(), right.shard.shardId()));
  }

  synchronized int closedShards() {
    return (int) parts.values().stream().filter(part -> part.closed).count();
  }

  /** Ids of the open shards, in the order of their ranges. */
  synchronized List<String> openShards() {
    return openParts().stream().map(part -> part.shard.shardId()).toList();
  }

  /** All records that it holds, in the order in which they came. */
  synchronized List<KinesisRecord> all() {
    return parts.values().stream()
        .flatMap(part -> part.records.stream())
        .sorted(Comparator.comparingLong(record -> Long.parseLong(record.sequenceNumber())))
        .toList();
  }

  /** Lets the first ones go, as their retention is over. */
  synchronized void forget(int first) {
    List<KinesisRecord> gone = all().subList(0, first);
    long last = Long.parseLong(gone.get(first - 1).sequenceNumber());
    parts
        .values()
        .forEach(
            part ->
                part.records.removeIf(record -> Long.parseLong(record.sequenceNumber()) <= last));
  }

  @Override
  public synchronized List<Shard> listShards() {
    return parts.values().stream().map(part -> part.shard).toList();
  }

  @Override
  public synchronized String iterator(String shardId, Position position) {
    List<KinesisRecord> records = parts.get(shardId).records;
    int index = 0;
    if (position.kind() == Position.Kind.AFTER_SEQUENCE_NUMBER) {
      long after = Long.parseLong(position.value());
      while (index < records.size()
          && Long.parseLong(records.get(index).sequenceNumber()) <= after) {
        index++;
      }
    }
    return Integer.toString(index);
  }

  @Override
  public synchronized ShardRead read(String shardId, String iterator, int limit) {
    Part part = parts.get(shardId);
    int from = Integer.parseInt(iterator);
    int to = Math.min(part.records.size(), from + limit);
    boolean atEnd = to == part.records.size();
    return new ShardRead(
        List.copyOf(part.records.subList(from, to)),
        atEnd && part.closed ? null : Integer.toString(to),
        atEnd ? 0 : 1);
  }

  @Override
  public void close() {
    // The test looks at it afterwards.
  }

  private List<Part> openParts() {
    return parts.values().stream()
        .filter(part -> !part.closed)
        .sorted(
            (one, other) -> one.shard.startingHashKey().compareTo(other.shard.startingHashKey()))
        .toList();
  }

  private void open(BigInteger start, BigInteger end, Set<String> parents) {
    var shard = new Shard(Shards.id(parts.size()), parents, start);
    parts.put(shard.shardId(), new Part(shard, end));
  }

  private static BigInteger at(int place, int of) {
    return RANGE.multiply(BigInteger.valueOf(place)).divide(BigInteger.valueOf(of));
  }

  private static BigInteger hashOf(String key) {
    try {
      byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
      return new BigInteger(1, MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
