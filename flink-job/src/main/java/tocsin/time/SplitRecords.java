package tocsin.time;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.runtime.typeutils.MapDataSerializer;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Parts readings from rejects. None is late yet: the rules join says so, which knows the time of
 * all readers. A reading is written at once in the form in which it is sent there: Flink's own
 * conversion of a row looks up the type of each column again.
 */
public final class SplitRecords extends ProcessFunction<RowData, RowData> {
  private static final long serialVersionUID = 1;
  private static final int COLUMNS = 11;
  private static final int MILLISECONDS = 3;

  private final RecordColumns columns;
  private final OutputTag<RowData> rejects;
  private transient Counter readings;
  private transient Counter rejected;
  private transient BinaryRowData reading;
  private transient BinaryRowWriter writer;
  private transient MapDataSerializer labels;

  public SplitRecords(RecordColumns columns, OutputTag<RowData> rejects) {
    this.columns = columns;
    this.rejects = rejects;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup metrics = JobMetrics.of(getRuntimeContext());
    readings = metrics.counter("readings");
    rejected = metrics.counter("rejected_records");
    reading = new BinaryRowData(COLUMNS);
    writer = new BinaryRowWriter(reading);
    labels = new MapDataSerializer(VarCharType.STRING_TYPE, VarCharType.STRING_TYPE);
  }

  @Override
  public void processElement(RowData row, Context context, Collector<RowData> out) {
    if (!columns.isReading(row)) {
      rejected.inc();
      context.output(rejects, row);
      return;
    }
    readings.inc();
    write(row);
    out.collect(reading);
  }

  /** Columns in the order of RuledReading. */
  private void write(RowData row) {
    writer.reset();
    writer.writeString(0, columns.stream(row));
    writer.writeString(1, columns.source(row));
    writer.writeString(2, columns.entity(row));
    writer.writeString(3, columns.metric(row));
    writer.writeDouble(4, columns.value(row));
    writer.writeTimestamp(5, columns.eventTime(row), MILLISECONDS);
    writer.writeTimestamp(6, columns.arrivalTime(row), MILLISECONDS);
    writer.writeBoolean(7, false);
    MapData labelMap = columns.labels(row);
    if (labelMap == null) {
      writer.setNullAt(8);
    } else {
      writer.writeMap(8, labelMap, labels);
    }
    writeText(9, columns.shardId(row));
    writeText(10, columns.sequenceNumber(row));
    writer.complete();
  }

  private void writeText(int column, StringData text) {
    if (text == null) {
      writer.setNullAt(column);
    } else {
      writer.writeString(column, text);
    }
  }
}
