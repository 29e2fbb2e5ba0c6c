package tocsin.connector.kinesis.sink;

import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.util.FlinkRuntimeException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Serialises an element and gives it its partition key. */
final class EntryConverter<T> implements ElementConverter<T, PutRecordsRequestEntry> {
  private static final long serialVersionUID = 1;

  private final SerializationSchema<T> schema;
  private final PartitionKeys<T> keys;
  private final String streamName;

  EntryConverter(SerializationSchema<T> schema, PartitionKeys<T> keys, String streamName) {
    this.schema = schema;
    this.keys = keys;
    this.streamName = streamName;
  }

  @Override
  public void open(WriterInitContext context) {
    keys.open(context.getTaskInfo().getIndexOfThisSubtask());
    try {
      schema.open(context.asSerializationSchemaInitializationContext());
    } catch (Exception error) {
      throw new FlinkRuntimeException("cannot open the format of the sink to " + streamName, error);
    }
  }

  @Override
  public PutRecordsRequestEntry apply(T element, SinkWriter.Context context) {
    var entry =
        PutRecordsRequestEntry.builder()
            .data(SdkBytes.fromByteArrayUnsafe(schema.serialize(element)))
            .partitionKey(keys.keyOf(element))
            .build();
    long size = KinesisSinkWriter.sizeInBytes(entry);
    if (size > KinesisSink.MAX_RECORD_BYTES) {
      throw new RecordTooLargeException(streamName, size);
    }
    return entry;
  }
}
