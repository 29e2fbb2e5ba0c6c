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
 * Parts readings from rejects, and marks the readings that came behind the watermark. It stands
 * right behind the watermarks, before any other input can hold them back, so that the same records
 * in the same order are marked alike in every run.
 */
public final class SplitRecords extends ProcessFunction<RowData, RowData> {
  private static final long serialVersionUID = 1;

  private final RecordColumns columns;
  private final OutputTag<RowData> rejects;
  private transient Counter readings;
  private transient Counter lateReadings;
  private transient Counter rejected;

  public SplitRecords(RecordColumns columns, OutputTag<RowData> rejects) {
    this.columns = columns;
    this.rejects = rejects;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup metrics = JobMetrics.of(getRuntimeContext());
    readings = metrics.counter("readings");
    lateReadings = metrics.counter("late_readings");
    rejected = metrics.counter("rejected_records");
  }

  @Override
  public void processElement(RowData row, Context context, Collector<RowData> out) {
    if (!columns.isReading(row)) {
      rejected.inc();
      context.output(rejects, row);
      return;
    }
    boolean late = columns.eventTimeMs(row) <= context.timerService().currentWatermark();
    readings.inc();
    if (late) {
      lateReadings.inc();
    }
    out.collect(
        GenericRowData.of(
            columns.stream(row),
            columns.source(row),
            columns.entity(row),
            columns.metric(row),
            columns.value(row),
            columns.eventTime(row),
            columns.arrivalTime(row),
            late,
            columns.labels(row),
            columns.shardId(row),
            columns.sequenceNumber(row)));
  }
}
