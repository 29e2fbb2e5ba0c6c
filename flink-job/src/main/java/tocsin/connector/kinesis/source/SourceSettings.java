package tocsin.connector.kinesis.source;

import java.io.Serializable;
import java.time.Duration;
import tocsin.connector.kinesis.client.Connection;
import tocsin.connector.kinesis.client.StreamArn;

/**
 * What the source needs to know.
 *
 * @param stream stream to read
 * @param connection where it is reached
 * @param start where a job without a checkpoint begins
 * @param emptyInterval wait on a shard after a read that reached its tip
 * @param nonEmptyInterval wait on a shard after a read that gave records and left more behind
 * @param discoveryInterval time between two looks for new shards
 * @param maxRecords most records of one read
 * @param archiveUri manifest of an archive that a job without a checkpoint reads before the shards;
 *     null for none
 */
public record SourceSettings(
    StreamArn stream,
    Connection connection,
    Start start,
    Duration emptyInterval,
    Duration nonEmptyInterval,
    Duration discoveryInterval,
    int maxRecords,
    String archiveUri)
    implements Serializable {}
