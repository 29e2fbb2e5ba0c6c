package tocsin.record;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.TableFunction;
import tocsin.store.PublishedObject;

/**
 * {@code READ_RECORD(data, arrival_time, stream)}: the readings of one record, or one row with the
 * reason why there is none. Internal row and text types spare a conversion for each number.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            value =
                "ROW<reason STRING, detail STRING, `raw` STRING, source STRING, entity STRING,"
                    + " metric STRING, `value` DOUBLE, event_time TIMESTAMP_LTZ(3),"
                    + " out_of_order_ms BIGINT, labels MAP<STRING, STRING>>",
            bridgedTo = RowData.class))
public final class ReadRecord extends TableFunction<RowData> {
  private static final long serialVersionUID = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String sourcesUri;
  private final long maxAheadMs;
  private transient RecordReader reader;
  private transient Rows rows;

  public ReadRecord(String sourcesUri, long maxAheadMs) {
    this.sourcesUri = sourcesUri;
    this.maxAheadMs = maxAheadMs;
  }

  @Override
  public void open(FunctionContext context) throws Exception {
    try (PublishedObject sources = PublishedObject.at(sourcesUri)) {
      reader = new RecordReader(sources.await(PATIENCE).text(), maxAheadMs);
    }
    rows = new Rows();
  }

  public void eval(
      byte[] data,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class)
          TimestampData arrivalTime,
      @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData stream) {
    reader.read(
        data == null ? new byte[0] : data, arrivalTime.getMillisecond(), stream.toString(), rows);
  }

  /** Writes what was read as rows of this function. */
  private final class Rows implements ReadRecords {
    @Override
    public void readings(
        String source,
        String entity,
        long eventTimeMs,
        long outOfOrderMs,
        Map<String, Double> metrics,
        Map<String, String> labels) {
      StringData sourceData = StringData.fromString(source);
      StringData entityData = StringData.fromString(entity);
      TimestampData eventTime = TimestampData.fromEpochMillis(eventTimeMs);
      Map<StringData, StringData> labelData = new HashMap<>();
      labels.forEach((k, v) -> labelData.put(StringData.fromString(k), StringData.fromString(v)));
      GenericMapData labelMap = new GenericMapData(labelData);
      metrics.forEach(
          (metric, value) ->
              collect(
                  GenericRowData.of(
                      null,
                      null,
                      null,
                      sourceData,
                      entityData,
                      StringData.fromString(metric),
                      value,
                      eventTime,
                      outOfOrderMs,
                      labelMap)));
    }

    @Override
    public void reject(Reason reason, String source, String detail, String raw) {
      GenericRowData row = new GenericRowData(10);
      row.setField(0, StringData.fromString(reason.word()));
      row.setField(1, StringData.fromString(detail));
      row.setField(2, StringData.fromString(raw));
      row.setField(3, StringData.fromString(source));
      collect(row);
    }
  }
}
