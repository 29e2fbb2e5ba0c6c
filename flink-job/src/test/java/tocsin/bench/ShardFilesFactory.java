package tocsin.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.Collector;

/**
 * The connector {@code bench-shards}: the records of {@link ShardFiles} as the Kinesis source would
 * give them, one task a shard, with a made-up arrival time and sequence number.
 */
public final class ShardFilesFactory implements DynamicTableSourceFactory {
  private static final ConfigOption<String> PATH =
      ConfigOptions.key("path").stringType().noDefaultValue();

  @Override
  public String factoryIdentifier() {
    return "bench-shards";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(PATH);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validate();
    return new Table(helper.getOptions().get(PATH), context.getPhysicalRowDataType());
  }

  private record Table(String path, DataType type) implements ScanTableSource {
    @Override
    public ChangelogMode getChangelogMode() {
      return ChangelogMode.insertOnly();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
      return new DataStreamScanProvider() {
        @Override
        public DataStream<RowData> produceDataStream(
            ProviderContext provider, StreamExecutionEnvironment env) {
          return stream(env);
        }

        @Override
        public boolean isBounded() {
          return true;
        }
      };
    }

    private DataStream<RowData> stream(StreamExecutionEnvironment env) {
      long blocks;
      try {
        blocks = ShardFiles.blocksPerShard(Path.of(path));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
      // Flink gives each task one half of the numbers, which is one shard.
      return env.fromSource(
              new NumberSequenceSource(0, ShardFiles.SHARDS * blocks - 1),
              WatermarkStrategy.noWatermarks(),
              "blocks")
          .flatMap(new ReadBlock(path, blocks))
          .returns(InternalTypeInfo.of(type.getLogicalType()))
          .name("shards");
    }

    @Override
    public DynamicTableSource copy() {
      return this;
    }

    @Override
    public String asSummaryString() {
      return "bench-shards";
    }
  }

  private static final class ReadBlock extends RichFlatMapFunction<Long, RowData> {
    private static final long serialVersionUID = 1;
    private static final String SEQUENCE = "49667894723458762345987623459876234598762345";

    private final String path;
    private final long blocksPerShard;
    private transient int shard;
    private transient ShardFiles.Reader reader;
    private transient StringData shardId;
    private transient long record;

    ReadBlock(String path, long blocksPerShard) {
      this.path = path;
      this.blocksPerShard = blocksPerShard;
    }

    @Override
    public void open(OpenContext context) {
      shard = -1;
    }

    @Override
    public void flatMap(Long number, Collector<RowData> out) throws IOException {
      if (Progress.isOver()) {
        return;
      }
      int of = (int) (number / blocksPerShard);
      if (of != shard) {
        close();
        shard = of;
        reader = new ShardFiles.Reader(ShardFiles.file(Path.of(path), shard));
        shardId = StringData.fromString("shardId-%012d".formatted(shard));
        record = shard;
      }
      Progress.add(reader.read(number % blocksPerShard, data -> out.collect(row(data))));
      if (number % blocksPerShard == blocksPerShard - 1) {
        Progress.atTheEnd();
      }
    }

    private RowData row(byte[] data) {
      long number = record;
      record += ShardFiles.SHARDS;
      return GenericRowData.of(
          data,
          TimestampData.fromEpochMillis(
              ShardFiles.FIRST_ARRIVAL_MS + number / ShardFiles.RECORDS_PER_MS),
          shardId,
          // As the connector makes it.
          StringData.fromBytes(
              (SEQUENCE + (100_000_000_000L + number)).getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
