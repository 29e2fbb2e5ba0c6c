package tocsin.connector.kinesis.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** A stream of the emulator, written and read without the connector under test. */
final class Stream {
  private static final int BATCH = 500;

  private final KinesisClient client;
  private final String name;
  private final Map<String, String> iterators = new HashMap<>();

  private Stream(KinesisClient client, String name) {
    this.client = client;
    this.name = name;
  }

  static Stream create(KinesisClient client, String name, int shards) {
    client.createStream(request -> request.streamName(name).shardCount(shards));
    client.waiter().waitUntilStreamExists(request -> request.streamName(name));
    return new Stream(client, name);
  }

  String arn() {
    return "arn:aws:kinesis:" + Emulator.REGION + ":000000000000:stream/" + name;
  }

  /** Puts records; each text is its own partition key. */
  void put(List<String> texts) {
    for (int from = 0; from < texts.size(); from += BATCH) {
      var entries =
          texts.subList(from, Math.min(from + BATCH, texts.size())).stream()
              .map(
                  text ->
                      PutRecordsRequestEntry.builder()
                          .data(SdkBytes.fromUtf8String(text))
                          .partitionKey(text)
                          .build())
              .toList();
      var answer = client.putRecords(request -> request.streamName(name).records(entries));
      if (answer.failedRecordCount() != 0) {
        throw new IllegalStateException(answer.failedRecordCount() + " records were refused");
      }
    }
  }

  /** Puts one record of any bytes. */
  void putBytes(byte[] data) {
    client.putRecord(
        request -> request.streamName(name).partitionKey("key").data(SdkBytes.fromByteArray(data)));
  }

  List<Shard> shards() {
    return client.listShards(request -> request.streamName(name)).shards();
  }

  /** Splits a shard in the middle of its hash key range. */
  void split(Shard shard) {
    var start = new java.math.BigInteger(shard.hashKeyRange().startingHashKey());
    var end = new java.math.BigInteger(shard.hashKeyRange().endingHashKey());
    String middle = start.add(end).shiftRight(1).toString();
    client.splitShard(
        request ->
            request.streamName(name).shardToSplit(shard.shardId()).newStartingHashKey(middle));
  }

  void merge(Shard one, Shard other) {
    client.mergeShards(
        request ->
            request
                .streamName(name)
                .shardToMerge(one.shardId())
                .adjacentShardToMerge(other.shardId()));
  }

  /** What came since the last call, over all shards, each read from its oldest record. */
  List<String> readNew() {
    var texts = new ArrayList<String>();
    for (Shard shard : shards()) {
      String iterator = iterators.computeIfAbsent(shard.shardId(), this::first);
      while (true) {
        String current = iterator;
        var answer = client.getRecords(request -> request.shardIterator(current));
        answer.records().forEach(record -> texts.add(record.data().asUtf8String()));
        iterator = answer.nextShardIterator();
        if (answer.records().isEmpty()) {
          break;
        }
      }
      iterators.put(shard.shardId(), iterator);
    }
    return texts;
  }

  /** Collects what arrives until it is enough; fails after the time limit, saying what there is. */
  List<String> readUntil(Duration limit, Predicate<List<String>> enough)
      throws InterruptedException {
    var texts = new ArrayList<String>();
    Instant end = Instant.now().plus(limit);
    while (true) {
      texts.addAll(readNew());
      if (enough.test(texts)) {
        return texts;
      }
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(
            "after " + limit + " the stream " + name + " has " + texts.size() + " records");
      }
      Thread.sleep(50);
    }
  }

  private String first(String shardId) {
    return client
        .getShardIterator(
            request ->
                request
                    .streamName(name)
                    .shardId(shardId)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
        .shardIterator();
  }
}
