package tocsin.time;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Parts readings from rejects. None is late yet: the rules join says so, which knows the time of
 * all readers.
 */
public final class SplitRecords extends ProcessFunction<RowData, RowData> {
  private static final long serialVersionUID = 1;

  private final RecordColumns columns;
  private final OutputTag<RowData> rejects;
  private transient Counter readings;
  private transient Counter rejected;

  public SplitRecords(RecordColumns columns, OutputTag<RowData> rejects) {
    this.columns = columns;
    this.rejects = rejects;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup metrics = JobMetrics.of(getRuntimeContext());
    readings = metrics.counter("readings");
    rejected = metrics.counter("rejected_records");
  }

  @Override
  public void processElement(RowData row, Context context, Collector<RowData> out) {
    if (!columns.isReading(row)) {
      rejected.inc();
      context.output(rejects, row);
      return;
    }
    readings.inc();
    out.collect(
        GenericRowData.of(
            columns.stream(row),
            columns.source(row),
            columns.entity(row),
            columns.metric(row),
            columns.value(row),
            columns.eventTime(row),
            columns.arrivalTime(row),
            false,
            columns.labels(row),
            columns.shardId(row),
            columns.sequenceNumber(row)));
  }
}
