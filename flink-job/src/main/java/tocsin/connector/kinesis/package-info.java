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
 * <p>Order: records of one key come in their order from one reader. After a merge of two shards
 * that two readers had, and after a split, child and parent may be with different readers; the
 * child is read only once the parent was, but Flink keeps no order between two readers' outputs, so
 * under back-pressure a key's last records before a reshard may meet its first ones after it.
 *
 * <p>Known limits: no enhanced fan-out; a shard that was opened and forgotten again while the job
 * stood still is not in the listing and so in no report.
 *
 * <p>The source needs {@code kinesis:ListShards}, {@code kinesis:GetShardIterator} and {@code
 * kinesis:GetRecords}; the sink needs {@code kinesis:PutRecords}.
 */
package tocsin.connector.kinesis;
