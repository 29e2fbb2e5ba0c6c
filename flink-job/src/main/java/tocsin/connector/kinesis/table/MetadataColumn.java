package tocsin.connector.kinesis.table;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import tocsin.connector.kinesis.source.KinesisRecord;

/**
 * What a table may read of a record beside its bytes. Keys and types are the official connector's:
 * flink-connector-aws, {@code docs/content/docs/connectors/table/kinesis.md}, "Available Metadata".
 */
enum MetadataColumn {
  /** Approximate arrival of the record in the stream. */
  TIMESTAMP(
      "timestamp",
      DataTypes.TIMESTAMP_WITH_LOCAL_TIME_ZONE(3).notNull(),
      record -> TimestampData.fromInstant(record.arrival())),
  /** Shard from which the record was read. */
  SHARD_ID("shard-id", DataTypes.VARCHAR(128).notNull(), record -> text(record.shardId())),
  /** Place of the record in its shard. */
  SEQUENCE_NUMBER(
      "sequence-number", DataTypes.VARCHAR(128).notNull(), record -> text(record.sequenceNumber()));

  private final String key;
  private final DataType type;
  private final Function<KinesisRecord, Object> reader;

  MetadataColumn(String key, DataType type, Function<KinesisRecord, Object> reader) {
    this.key = key;
    this.type = type;
    this.reader = reader;
  }

  /**
   * From bytes at once: Flink's own conversion of a Java text, which every copy makes, costs more.
   */
  private static StringData text(String text) {
    return StringData.fromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The column's value in Flink's internal form. */
  Object read(KinesisRecord record) {
    return reader.apply(record);
  }

  static MetadataColumn ofKey(String key) {
    return Arrays.stream(values())
        .filter(column -> column.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no metadata column has the key " + key));
  }

  static Map<String, DataType> types() {
    var types = new LinkedHashMap<String, DataType>();
    for (MetadataColumn column : values()) {
      types.put(column.key, column.type);
    }
    return types;
  }
}
