package tocsin.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;

/** A table of this JVM's memory: what a run wrote to it is there at once, by column name. */
public final class CollectTableFactory implements DynamicTableSinkFactory {
  private static final ConfigOption<String> RUN =
      ConfigOptions.key("run").stringType().noDefaultValue();
  private static final Map<String, Queue<Map<String, Object>>> ROWS = new ConcurrentHashMap<>();

  /** Rows that the run has written to the table so far. */
  static List<Map<String, Object>> rows(String run, String table) {
    return List.copyOf(queue(run + "/" + table));
  }

  private static Queue<Map<String, Object>> queue(String key) {
    return ROWS.computeIfAbsent(key, first -> new ConcurrentLinkedQueue<>());
  }

  @Override
  public String factoryIdentifier() {
    return "collect";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(RUN);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validate();
    return new CollectSink(
        helper.getOptions().get(RUN) + "/" + context.getObjectIdentifier().getObjectName(),
        context.getPhysicalRowDataType());
  }

  private record CollectSink(String key, DataType type) implements DynamicTableSink {
    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
      return ChangelogMode.insertOnly();
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
      return SinkV2Provider.of(
          new MemorySink(
              key, DataType.getFieldNames(type), context.createDataStructureConverter(type)));
    }

    @Override
    public DynamicTableSink copy() {
      return this;
    }

    @Override
    public String asSummaryString() {
      return "collect";
    }
  }

  private record MemorySink(
      String key, List<String> names, DynamicTableSink.DataStructureConverter converter)
      implements Sink<RowData> {
    @Override
    public SinkWriter<RowData> createWriter(WriterInitContext context) {
      return new SinkWriter<>() {
        @Override
        public void write(RowData data, Context ignored) {
          Row row = (Row) converter.toExternal(data);
          Map<String, Object> named = new LinkedHashMap<>();
          for (int column = 0; column < names.size(); column++) {
            named.put(names.get(column), row.getField(column));
          }
          queue(key).add(named);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
      };
    }
  }
}
