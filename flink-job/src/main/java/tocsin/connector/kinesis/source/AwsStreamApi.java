package tocsin.connector.kinesis.source;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import tocsin.connector.kinesis.client.KinesisClients;
import tocsin.connector.kinesis.client.StreamArn;

/** The stream as the AWS service serves it. */
final class AwsStreamApi implements StreamApi {
  private final StreamArn stream;
  private final KinesisClient client;

  private AwsStreamApi(StreamArn stream, KinesisClient client) {
    this.stream = stream;
    this.client = client;
  }

  /** For the reader, which schedules its own retries. */
  static AwsStreamApi forReading(SourceSettings settings) {
    return new AwsStreamApi(
        settings.stream(), KinesisClients.withoutRetries(settings.connection()));
  }

  /** For the enumerator, whose next look may be many seconds away. */
  static AwsStreamApi forListing(SourceSettings settings) {
    return new AwsStreamApi(settings.stream(), KinesisClients.withRetries(settings.connection()));
  }

  @Override
  public List<Shard> listShards() {
    var shards = new ArrayList<Shard>();
    String nextToken = null;
    do {
      var request = ListShardsRequest.builder().maxResults(1000);
      // The service refuses a request that names both the stream and a page.
      if (nextToken == null) {
        request.streamARN(stream.arn());
      } else {
        request.nextToken(nextToken);
      }
      var page = client.listShards(request.build());
      page.shards().forEach(shard -> shards.add(fromSdk(shard)));
      nextToken = page.nextToken();
    } while (nextToken != null);
    return shards;
  }

  @Override
  public String iterator(String shardId, Position position) {
    var request = GetShardIteratorRequest.builder().streamARN(stream.arn()).shardId(shardId);
    switch (position.kind()) {
      case TRIM_HORIZON -> request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
      case AT_TIMESTAMP ->
          request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(position.instant());
      case AFTER_SEQUENCE_NUMBER ->
          request
              .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
              .startingSequenceNumber(position.value());
    }
    return client.getShardIterator(request.build()).shardIterator();
  }

  @Override
  public ShardRead read(String shardId, String iterator, int limit) {
    var answer =
        client.getRecords(
            request -> request.streamARN(stream.arn()).shardIterator(iterator).limit(limit));
    var records = answer.records().stream().map(record -> fromSdk(shardId, record)).toList();
    Long behind = answer.millisBehindLatest();
    return new ShardRead(records, answer.nextShardIterator(), behind == null ? 0 : behind);
  }

  @Override
  public void close() {
    client.close();
  }

  private static Shard fromSdk(software.amazon.awssdk.services.kinesis.model.Shard shard) {
    Set<String> parents =
        Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
            .filter(parent -> parent != null && !parent.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    return new Shard(
        shard.shardId(), parents, new BigInteger(shard.hashKeyRange().startingHashKey()));
  }

  private static KinesisRecord fromSdk(String shardId, Record record) {
    return new KinesisRecord(
        shardId,
        record.sequenceNumber(),
        record.approximateArrivalTimestamp(),
        record.data().asByteArrayUnsafe());
  }
}
