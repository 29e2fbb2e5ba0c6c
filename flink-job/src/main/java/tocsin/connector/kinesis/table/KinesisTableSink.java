package tocsin.connector.kinesis.table;

import java.util.Map;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.EncodingFormat;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsPartitioning;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import tocsin.connector.kinesis.client.Connection;
import tocsin.connector.kinesis.client.StreamArn;
import tocsin.connector.kinesis.sink.KinesisSink;
import tocsin.connector.kinesis.sink.PartitionKeys;
import tocsin.connector.kinesis.sink.SinkLimits;

/** A stream as a table to append to. */
record KinesisTableSink(
    StreamArn stream,
    Connection connection,
    EncodingFormat<SerializationSchema<RowData>> format,
    DataType physicalType,
    PartitionKeys<RowData> keys,
    SinkLimits limits,
    boolean failOnError)
    implements DynamicTableSink, SupportsPartitioning {

  @Override
  public ChangelogMode getChangelogMode(ChangelogMode requested) {
    return format.getChangelogMode();
  }

  @Override
  public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
    return SinkV2Provider.of(
        new KinesisSink<>(
            stream,
            connection,
            format.createRuntimeEncoder(context, physicalType),
            keys,
            limits,
            failOnError));
  }

  @Override
  public void applyStaticPartition(Map<String, String> partition) {
    // A static value stands in each row as well, so the field keys see it.
  }

  @Override
  public DynamicTableSink copy() {
    return this;
  }

  @Override
  public String asSummaryString() {
    return "Kinesis stream " + stream.streamName();
  }
}
