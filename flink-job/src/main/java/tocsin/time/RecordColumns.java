package tocsin.time;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * Finds the columns of the view {@code read_records} by name, so that their order in SQL is free.
 */
public final class RecordColumns implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MILLISECONDS = 3;

  private final int reason;
  private final int stream;
  private final int shardId;
  private final int sequenceNumber;
  private final int arrivalTime;
  private final int source;
  private final int entity;
  private final int metric;
  private final int value;
  private final int eventTime;
  private final int outOfOrderMs;
  private final int labels;

  /**
   * @param names the view's columns in order
   * @throws IllegalArgumentException that names the column which is missing
   */
  public RecordColumns(List<String> names) {
    reason = indexOf("reason", names);
    stream = indexOf("stream", names);
    shardId = indexOf("shard_id", names);
    sequenceNumber = indexOf("sequence_number", names);
    arrivalTime = indexOf("arrival_time", names);
    source = indexOf("source", names);
    entity = indexOf("entity", names);
    metric = indexOf("metric", names);
    value = indexOf("value", names);
    eventTime = indexOf("event_time", names);
    outOfOrderMs = indexOf("out_of_order_ms", names);
    labels = indexOf("labels", names);
  }

  private static int indexOf(String name, List<String> names) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("the view read_records needs a column '" + name + "'");
    }
    return index;
  }

  /** False for a reject. */
  public boolean isReading(RowData row) {
    return row.isNullAt(reason);
  }

  public StringData stream(RowData row) {
    return row.getString(stream);
  }

  public StringData shardId(RowData row) {
    return row.getString(shardId);
  }

  public StringData sequenceNumber(RowData row) {
    return row.getString(sequenceNumber);
  }

  public TimestampData arrivalTime(RowData row) {
    return row.getTimestamp(arrivalTime, MILLISECONDS);
  }

  public StringData source(RowData row) {
    return row.getString(source);
  }

  public StringData entity(RowData row) {
    return row.getString(entity);
  }

  public StringData metric(RowData row) {
    return row.getString(metric);
  }

  public double value(RowData row) {
    return row.getDouble(value);
  }

  public TimestampData eventTime(RowData row) {
    return row.getTimestamp(eventTime, MILLISECONDS);
  }

  public long eventTimeMs(RowData row) {
    return eventTime(row).getMillisecond();
  }

  public long outOfOrderMs(RowData row) {
    return row.getLong(outOfOrderMs);
  }

  public MapData labels(RowData row) {
    return row.getMap(labels);
  }
}
