package tocsin.connector.kinesis.table;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import tocsin.connector.kinesis.sink.PartitionKeys;

/** Joins the PARTITIONED BY fields of a row to its partition key. */
final class FieldKeys implements PartitionKeys<RowData> {
  private static final long serialVersionUID = 1;

  private final List<RowData.FieldGetter> fields;
  private final String delimiter;

  /**
   * Keys of these fields.
   *
   * @throws ValidationException when a field has a type that gives no stable text
   */
  FieldKeys(RowType row, List<String> names, String delimiter) {
    this.fields = names.stream().map(name -> getter(row, name)).toList();
    this.delimiter = delimiter;
  }

  @Override
  public String keyOf(RowData row) {
    String key =
        fields.stream()
            .map(field -> String.valueOf(field.getFieldOrNull(row)))
            .collect(Collectors.joining(delimiter));
    // Kinesis wants at least one character, and an empty text is a value like any other.
    return key.isEmpty() ? delimiterOrDash() : key.substring(0, Math.min(key.length(), MAX_LENGTH));
  }

  private String delimiterOrDash() {
    return delimiter.isEmpty() ? "-" : delimiter;
  }

  private static RowData.FieldGetter getter(RowType row, String name) {
    int index = row.getFieldIndex(name);
    LogicalType type = row.getTypeAt(index);
    return switch (type.getTypeRoot()) {
      case CHAR,
          VARCHAR,
          BOOLEAN,
          TINYINT,
          SMALLINT,
          INTEGER,
          BIGINT,
          FLOAT,
          DOUBLE,
          DECIMAL,
          DATE,
          TIME_WITHOUT_TIME_ZONE,
          TIMESTAMP_WITHOUT_TIME_ZONE,
          TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          RowData.createFieldGetter(type, index);
      default ->
          throw new ValidationException(
              "PARTITIONED BY " + name + ": a " + type + " cannot be a partition key");
    };
  }
}
