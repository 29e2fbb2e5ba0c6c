package tocsin.connector.kinesis.sink;

import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.connector.base.sink.writer.strategy.AIMDScalingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.CongestionControlRateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import tocsin.connector.kinesis.client.Connection;
import tocsin.connector.kinesis.client.KinesisClients;
import tocsin.connector.kinesis.client.StreamArn;

/**
 * Writes to a Kinesis stream by PutRecords, each element at least once.
 *
 * <p>What is buffered at a checkpoint is kept in it. Several requests are under way at once and a
 * refused entry is sent again, so the order of elements is not kept; {@code
 * sink.requests.max-inflight = 1} keeps it as long as nothing is refused.
 */
public final class KinesisSink<T> extends AsyncSinkBase<T, PutRecordsRequestEntry> {
  /** Most bytes of one record, its partition key included. */
  static final long MAX_RECORD_BYTES = 1_048_576;

  private static final double RATE_STEP_DOWN = 0.9;
  private static final long serialVersionUID = 1;

  private final StreamArn stream;
  private final Connection connection;
  private final boolean failOnError;

  public KinesisSink(
      StreamArn stream,
      Connection connection,
      SerializationSchema<T> schema,
      PartitionKeys<T> keys,
      SinkLimits limits,
      boolean failOnError) {
    super(
        new EntryConverter<>(schema, keys, stream.streamName()),
        limits.maxBatchSize(),
        limits.maxInFlightRequests(),
        limits.maxBufferedRequests(),
        limits.maxBatchBytes(),
        limits.maxTimeInBufferMs(),
        MAX_RECORD_BYTES);
    this.stream = stream;
    this.connection = connection;
    this.failOnError = failOnError;
  }

  @Override
  public StatefulSinkWriter<T, BufferedRequestState<PutRecordsRequestEntry>> createWriter(
      WriterInitContext context) {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<T, BufferedRequestState<PutRecordsRequestEntry>> restoreWriter(
      WriterInitContext context,
      Collection<BufferedRequestState<PutRecordsRequestEntry>> buffered) {
    var sender =
        new RecordSender(
            stream,
            KinesisClients.withoutRetries(connection),
            getMaxInFlightRequests(),
            failOnError,
            context.metricGroup().getNumRecordsOutErrorsCounter());
    return new KinesisSinkWriter<>(
        getElementConverter(), context, writerConfiguration(), buffered, sender);
  }

  @Override
  public SimpleVersionedSerializer<BufferedRequestState<PutRecordsRequestEntry>>
      getWriterStateSerializer() {
    return new EntryStateSerializer();
  }

  private AsyncSinkWriterConfiguration writerConfiguration() {
    return AsyncSinkWriterConfiguration.builder()
        .setMaxBatchSize(getMaxBatchSize())
        .setMaxBatchSizeInBytes(getMaxBatchSizeInBytes())
        .setMaxInFlightRequests(getMaxInFlightRequests())
        .setMaxBufferedRequests(getMaxBufferedRequests())
        .setMaxTimeInBufferMS(getMaxTimeInBufferMS())
        .setMaxRecordSizeInBytes(getMaxRecordSizeInBytes())
        .setRateLimitingStrategy(rateLimit())
        .build();
  }

  /**
   * Flink's default halves the records under way with each refusal and gives back ten a success: a
   * few refusals and the sink crawls for minutes. The sender already waits before it repeats, so a
   * gentle step down is enough.
   */
  private RateLimitingStrategy rateLimit() {
    int most = getMaxBatchSize() * getMaxInFlightRequests();
    return CongestionControlRateLimitingStrategy.builder()
        .setMaxInFlightRequests(getMaxInFlightRequests())
        .setInitialMaxInFlightMessages(most)
        .setScalingStrategy(
            AIMDScalingStrategy.builder(most)
                .setIncreaseRate(getMaxBatchSize())
                .setDecreaseFactor(RATE_STEP_DOWN)
                .build())
        .build();
  }
}
