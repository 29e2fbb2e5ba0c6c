package tocsin.connector.kinesis.sink;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Gathers records into requests and has {@link RecordSender} send them. */
final class KinesisSinkWriter<T> extends AsyncSinkWriter<T, PutRecordsRequestEntry> {
  private final RecordSender sender;

  KinesisSinkWriter(
      ElementConverter<T, PutRecordsRequestEntry> converter,
      WriterInitContext context,
      AsyncSinkWriterConfiguration configuration,
      Collection<BufferedRequestState<PutRecordsRequestEntry>> buffered,
      RecordSender sender) {
    super(
        converter,
        context,
        configuration,
        buffered,
        new SimpleBatchCreator<>(configuration.getMaxBatchSizeInBytes()),
        new DequeRequestBuffer<>());
    this.sender = sender;
  }

  @Override
  protected void submitRequestEntries(
      List<PutRecordsRequestEntry> entries, ResultHandler<PutRecordsRequestEntry> result) {
    sender.send(List.copyOf(entries), result);
  }

  @Override
  protected long getSizeInBytes(PutRecordsRequestEntry entry) {
    return sizeInBytes(entry);
  }

  @Override
  public void close() {
    sender.close();
  }

  /** What Kinesis counts: the data and the partition key. */
  static long sizeInBytes(PutRecordsRequestEntry entry) {
    return (long) entry.data().asByteArrayUnsafe().length
        + entry.partitionKey().getBytes(StandardCharsets.UTF_8).length;
  }
}
