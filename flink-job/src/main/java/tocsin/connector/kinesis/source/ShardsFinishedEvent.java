package tocsin.connector.kinesis.source;

import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader's word to the enumerator that it read these closed shards to their end. It may come more
 * than once for one shard.
 *
 * @param shardIds ids of the shards
 */
public record ShardsFinishedEvent(List<String> shardIds) implements SourceEvent {}
