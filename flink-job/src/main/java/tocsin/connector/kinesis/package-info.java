/**
 * The bundled Kinesis connector: {@code 'connector' = 'kinesis'}, with the option names of Apache's
 * own connector, on {@code flink-connector-base} and the AWS SDK.
 *
 * <ul>
 *   <li>{@code table}: options in, source and sink out. Begin at {@code KinesisTableFactory}.
 *   <li>{@code source}: {@code KinesisEnumerator} finds shards and hands them out, parents first
 *       ({@code ShardLedger} decides); {@code KinesisSplitReader} reads many shards side by side,
 *       each at the pace of its {@code ShardPoller}; {@code RetentionCheck} tells what left the
 *       stream unread; {@code Aggregate} takes records of the Kinesis Producer Library apart. An
 *       archive, prepared as {@code ArchiveManifest} says, is read before the shards by an {@code
 *       ArchivePoller}, as if it were their parent.
 *   <li>{@code sink}: {@code RecordSender} sends and judges the answers, Flink's {@code
 *       AsyncSinkWriter} gathers and keeps what is unsent in checkpoints.
 *   <li>{@code client}: clients, delays, and what a fault asks for.
 * </ul>
 *
 * <p>Metrics of the source: {@code SourceMetrics}, beside Flink's own {@code numRecordsIn}.
 *
 * <p>Order: records of one key come in their order, through splits and merges too, whichever
 * readers read parent and child: a child with another reader waits for the checkpoint that covers
 * its parents' ends ({@code KinesisEnumerator}). Only where no checkpoint comes for minutes is it
 * read all the same, and a warning tells that the order may break.
 *
 * <p>Known limits: no enhanced fan-out. Of what left the stream unread these are in no report: a
 * shard that was opened and forgotten again while the job stood still, for it is not in the
 * listing; what a shard lost that was found, but of which no record was read, before the job stood
 * still for longer than the retention, for its reader has no position yet; of a stream that keeps
 * its records for more than a day, a loss that a lagging reader makes up for between two looks, a
 * minute apart.
 *
 * <p>The source needs {@code kinesis:ListShards}, {@code kinesis:GetShardIterator} and {@code
 * kinesis:GetRecords}; the sink needs {@code kinesis:PutRecords}.
 */
package tocsin.connector.kinesis;
