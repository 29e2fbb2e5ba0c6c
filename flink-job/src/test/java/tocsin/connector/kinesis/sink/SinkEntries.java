package tocsin.connector.kinesis.sink;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.formats.common.TimestampFormat;
import org.apache.flink.formats.json.JsonFormatOptions.MapNullKeyMode;
import org.apache.flink.formats.json.JsonRowDataSerializationSchema;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;

/** Rows as the sink sends them, for tests of whoever makes them. */
public final class SinkEntries {
  private static final LogicalType TEXT = VarCharType.STRING_TYPE;

  private SinkEntries() {}

  /**
   * How many bytes a row takes on the stream, by the sink's own format and converter.
   *
   * @param row by the names of its columns; texts and maps of texts as they are, all else as text
   * @throws RecordTooLargeException where the sink would end the job
   */
  public static long sizeOf(Map<String, Object> row) throws Exception {
    var types = new LogicalType[row.size()];
    var data = new GenericRowData(row.size());
    int column = 0;
    for (Object value : row.values()) {
      types[column] = value instanceof Map ? new MapType(TEXT, TEXT) : TEXT;
      data.setField(column++, value instanceof Map<?, ?> map ? textsOf(map) : textOf(value));
    }
    var type = RowType.of(types, row.keySet().toArray(String[]::new));
    var schema =
        new JsonRowDataSerializationSchema(
            type, TimestampFormat.SQL, MapNullKeyMode.FAIL, "null", false, false);
    schema.open(null);
    var entry =
        new EntryConverter<RowData>(schema, new PartitionKeys.RandomKeys<>(), "rows")
            .apply(data, null);
    return KinesisSinkWriter.sizeInBytes(entry);
  }

  private static GenericMapData textsOf(Map<?, ?> map) {
    var texts = new HashMap<StringData, StringData>();
    map.forEach((key, value) -> texts.put(textOf(key), textOf(value)));
    return new GenericMapData(texts);
  }

  private static StringData textOf(Object value) {
    return value == null ? null : StringData.fromString(value.toString());
  }
}
