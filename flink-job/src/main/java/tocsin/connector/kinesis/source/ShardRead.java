package tocsin.connector.kinesis.source;

import java.util.List;

/**
 * What one read of a shard gave.
 *
 * @param records oldest first
 * @param nextIterator iterator for the next read; null when the shard is closed and read to its end
 * @param millisBehindLatest age of the read position, 0 at the tip
 */
public record ShardRead(
    List<KinesisRecord> records, String nextIterator, long millisBehindLatest) {}
