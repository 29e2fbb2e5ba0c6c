package tocsin.record;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.TableFunction;
import tocsin.store.PublishedObject;
import tocsin.time.JobMetrics;

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
  private static final int MAX_NAMES = 10_000;

  private final String sourcesUri;
  private final long maxAheadMs;
  private transient RecordReader reader;
  private transient Rows rows;
  private transient Counter unreadableMetrics;
  private transient Map<String, StringData> names;
  private transient LabelMaps labelMaps;

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
    unreadableMetrics = JobMetrics.of(context.getMetricGroup()).counter("unreadable_metrics");
    names = new HashMap<>();
    labelMaps = new LabelMaps(this::nameText, ReadRecord::text);
  }

  public void eval(
      byte[] data,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class)
          TimestampData arrivalTime,
      @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData stream) {
    reader.read(
        data == null ? new byte[0] : data, arrivalTime.getMillisecond(), stream.toString(), rows);
  }

  /**
   * A text as Flink copies and compares it. Made from bytes at once, because Flink's own conversion
   * of a Java text, which would come later and for each copy, takes several times as long.
   */
  private static StringData text(String text) {
    return StringData.fromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for names of sources, metrics and labels, of which there are few. */
  private StringData nameText(String name) {
    StringData text = names.get(name);
    if (text == null) {
      if (names.size() >= MAX_NAMES) {
        names.clear();
      }
      text = text(name);
      names.put(name, text);
    }
    return text;
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
      StringData sourceData = nameText(source);
      StringData entityData = text(entity);
      TimestampData eventTime = TimestampData.fromEpochMillis(eventTimeMs);
      MapData labelMap = labelMaps.of(labels);
      metrics.forEach(
          (metric, value) ->
              collect(
                  GenericRowData.of(
                      null,
                      null,
                      null,
                      sourceData,
                      entityData,
                      nameText(metric),
                      value,
                      eventTime,
                      outOfOrderMs,
                      labelMap)));
    }

    @Override
    public void unreadableMetrics(int count) {
      unreadableMetrics.inc(count);
    }

    @Override
    public void reject(Reason reason, String source, String detail, String raw) {
      GenericRowData row = new GenericRowData(10);
      row.setField(0, text(reason.word()));
      row.setField(1, text(detail));
      row.setField(2, text(raw));
      row.setField(3, source == null ? null : nameText(source));
      collect(row);
    }
  }
}
