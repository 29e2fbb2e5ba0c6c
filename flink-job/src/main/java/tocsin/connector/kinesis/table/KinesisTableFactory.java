package tocsin.connector.kinesis.table;

import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.FLUSH_BUFFER_SIZE;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.FLUSH_BUFFER_TIMEOUT;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.MAX_BATCH_SIZE;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.MAX_BUFFERED_REQUESTS;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.MAX_IN_FLIGHT_REQUESTS;

import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.SerializationFormatFactory;
import org.apache.flink.table.types.logical.RowType;
import tocsin.connector.kinesis.client.Connection;
import tocsin.connector.kinesis.client.StreamArn;
import tocsin.connector.kinesis.sink.PartitionKeys;
import tocsin.connector.kinesis.sink.SinkLimits;
import tocsin.connector.kinesis.source.SourceSettings;

/** Makes tables of {@code 'connector' = 'kinesis'}. Every fault of the options is told here. */
public final class KinesisTableFactory
    implements DynamicTableSourceFactory, DynamicTableSinkFactory {
  private static final int KINESIS_MAX_READ = 10_000;
  private static final int KINESIS_MAX_BATCH = 500;
  private static final long KINESIS_MAX_BATCH_BYTES = 5 * 1024 * 1024;

  @Override
  public String factoryIdentifier() {
    return "kinesis";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(KinesisOptions.STREAM_ARN, KinesisOptions.AWS_REGION, FactoryUtil.FORMAT);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(
        KinesisOptions.AWS_ENDPOINT,
        KinesisOptions.INIT_POSITION,
        KinesisOptions.INIT_TIMESTAMP,
        KinesisOptions.INIT_TIMESTAMP_FORMAT,
        KinesisOptions.READER_TYPE,
        KinesisOptions.EMPTY_RECORDS_FETCH_INTERVAL,
        KinesisOptions.NONEMPTY_RECORDS_FETCH_INTERVAL,
        KinesisOptions.SHARD_DISCOVERY_INTERVAL,
        KinesisOptions.GET_RECORDS_MAX,
        KinesisOptions.ARCHIVE_URI,
        KinesisOptions.SINK_PARTITIONER,
        KinesisOptions.SINK_PARTITIONER_FIELD_DELIMITER,
        KinesisOptions.SINK_FAIL_ON_ERROR,
        KinesisOptions.SINK_HTTP_VERSION,
        MAX_BATCH_SIZE,
        MAX_IN_FLIGHT_REQUESTS,
        MAX_BUFFERED_REQUESTS,
        FLUSH_BUFFER_SIZE,
        FLUSH_BUFFER_TIMEOUT);
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    var helper = FactoryUtil.createTableFactoryHelper(this, context);
    var format =
        helper.discoverDecodingFormat(DeserializationFormatFactory.class, FactoryUtil.FORMAT);
    helper.validate();
    ReadableConfig options = helper.getOptions();
    if (options.get(KinesisOptions.READER_TYPE) != KinesisOptions.ReaderType.POLLING) {
      throw new ValidationException(
          "'source.reader.type' must be POLLING: the bundled connector has no enhanced fan-out");
    }
    var settings =
        new SourceSettings(
            stream(options),
            connection(options),
            StartOption.of(options),
            options.get(KinesisOptions.EMPTY_RECORDS_FETCH_INTERVAL),
            options.get(KinesisOptions.NONEMPTY_RECORDS_FETCH_INTERVAL),
            options.get(KinesisOptions.SHARD_DISCOVERY_INTERVAL),
            between(options, KinesisOptions.GET_RECORDS_MAX, KINESIS_MAX_READ),
            archiveUri(options));
    return new KinesisTableSource(settings, format, context.getPhysicalRowDataType());
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    var helper = FactoryUtil.createTableFactoryHelper(this, context);
    var format =
        helper.discoverEncodingFormat(SerializationFormatFactory.class, FactoryUtil.FORMAT);
    helper.validate();
    ReadableConfig options = helper.getOptions();
    return new KinesisTableSink(
        stream(options),
        connection(options),
        format,
        context.getPhysicalRowDataType(),
        partitionKeys(context, options),
        limits(options),
        options.get(KinesisOptions.SINK_FAIL_ON_ERROR));
  }

  private static String archiveUri(ReadableConfig options) {
    String uri = options.getOptional(KinesisOptions.ARCHIVE_URI).orElse(null);
    if (uri != null && !uri.matches("(s3|file)://.+")) {
      throw new ValidationException(
          "'tocsin.archive.uri' is '" + uri + "', but must start with s3:// or file://");
    }
    return uri;
  }

  private static StreamArn stream(ReadableConfig options) {
    try {
      return StreamArn.parse(options.get(KinesisOptions.STREAM_ARN));
    } catch (IllegalArgumentException error) {
      throw new ValidationException("'stream.arn': " + error.getMessage());
    }
  }

  private static Connection connection(ReadableConfig options) {
    return new Connection(
        options.get(KinesisOptions.AWS_REGION),
        options.getOptional(KinesisOptions.AWS_ENDPOINT).orElse(null));
  }

  private static PartitionKeys<RowData> partitionKeys(Context context, ReadableConfig options) {
    List<String> fields = context.getCatalogTable().getPartitionKeys();
    var named = options.getOptional(KinesisOptions.SINK_PARTITIONER);
    if (!fields.isEmpty()) {
      if (named.isPresent()) {
        throw new ValidationException(
            "'sink.partitioner' cannot be set for a table with PARTITIONED BY");
      }
      return new FieldKeys(
          (RowType) context.getPhysicalRowDataType().getLogicalType(),
          fields,
          options.get(KinesisOptions.SINK_PARTITIONER_FIELD_DELIMITER));
    }
    return switch (named.orElse("random")) {
      case "random" -> new PartitionKeys.RandomKeys<>();
      case "fixed" -> new PartitionKeys.FixedKeys<>();
      default ->
          throw new ValidationException(
              "'sink.partitioner' is '"
                  + named.get()
                  + "'; the bundled connector knows 'random' and 'fixed'");
    };
  }

  private static SinkLimits limits(ReadableConfig options) {
    long flushBytes = options.getOptional(FLUSH_BUFFER_SIZE).orElse(KINESIS_MAX_BATCH_BYTES);
    return new SinkLimits(
        options.getOptional(MAX_BATCH_SIZE).isEmpty()
            ? KINESIS_MAX_BATCH
            : between(options, MAX_BATCH_SIZE, KINESIS_MAX_BATCH),
        Math.min(flushBytes, KINESIS_MAX_BATCH_BYTES),
        options.getOptional(MAX_IN_FLIGHT_REQUESTS).orElse(16),
        options.getOptional(MAX_BUFFERED_REQUESTS).orElse(10_000),
        options.getOptional(FLUSH_BUFFER_TIMEOUT).orElse(5_000L));
  }

  private static int between(ReadableConfig options, ConfigOption<Integer> option, int most) {
    int value = options.get(option);
    if (value < 1 || value > most) {
      throw new ValidationException(
          "'" + option.key() + "' is " + value + "; Kinesis allows 1 to " + most);
    }
    return value;
  }
}
