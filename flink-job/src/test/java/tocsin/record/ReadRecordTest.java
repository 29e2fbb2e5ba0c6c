package tocsin.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tocsin.rules.HeardMetrics;

class ReadRecordTest {
  private final HeardMetrics metrics = new HeardMetrics();
  private final List<RowData> rows = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void aListedMetricThatIsNoNumberCountsWhereTheOthersAreRead() throws Exception {
    Path sources = folder.resolve("sources.json");
    Files.writeString(
        sources,
        "{\"sources\":[{\"name\":\"pumps\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
            + "\"metrics\":[\"bar\",\"rpm\",\"temp\"]}]}");
    ReadRecord function = new ReadRecord(sources.toUri().toString(), 300_000);
    function.open(new Heard());
    function.setCollector(new Rows());
    read(function, "{\"pump\":\"p\",\"bar\":1,\"rpm\":2,\"temp\":3}");
    assertThat(rows).hasSize(3);
    assertThat(counted()).isZero();
    read(function, "{\"pump\":\"p\",\"bar\":1,\"rpm\":\"2\",\"temp\":1e999}");
    assertThat(rows).hasSize(4);
    assertThat(counted()).isEqualTo(2);
    read(function, "{\"pump\":\"p\",\"bar\":\"1\"}");
    assertThat(rows).hasSize(5);
    assertThat(rows.get(4).getString(0)).hasToString("no_metric");
    assertThat(counted()).isEqualTo(2);
  }

  private static void read(ReadRecord function, String record) {
    function.eval(
        record.getBytes(StandardCharsets.UTF_8),
        TimestampData.fromEpochMillis(1_769_860_800_000L),
        StringData.fromString("readings"));
  }

  private long counted() {
    return metrics.count("kinesisanalytics.Program.Tocsin.unreadable_metrics");
  }

  private final class Heard extends FunctionContext {
    Heard() {
      super(null);
    }

    @Override
    public MetricGroup getMetricGroup() {
      return metrics;
    }
  }

  private final class Rows implements Collector<RowData> {
    @Override
    public void collect(RowData row) {
      rows.add(row);
    }

    @Override
    public void close() {}
  }
}
