/**
 * The bundled Kinesis connector: {@code 'connector' = 'kinesis'}, with the option names of Apache's
 * own connector, on {@code flink-connector-base} and the AWS SDK.
 *
 * <ul>
 *   <li>{@code table}: options in, source and sink out. Begin at {@code KinesisTableFactory}.
 *   <li>{@code source}: {@code KinesisEnumerator} finds shards and hands them out, parents first
 *       ({@code ShardLedger} decides); {@code KinesisSplitReader} reads many shards side by side,
 *       each at the pace of its {@code ShardPoller}.
 *   <li>{@code sink}: {@code RecordSender} sends and judges the answers, Flink's {@code
 *       AsyncSinkWriter} gathers and keeps what is unsent in checkpoints.
 *   <li>{@code client}: clients, delays, and what a fault asks for.
 * </ul>
 *
 * <p>The source needs {@code kinesis:ListShards}, {@code kinesis:GetShardIterator} and {@code
 * kinesis:GetRecords}; the sink needs {@code kinesis:PutRecords}.
 */
package tocsin.connector.kinesis;
