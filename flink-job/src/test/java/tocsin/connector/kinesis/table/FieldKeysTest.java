package tocsin.connector.kinesis.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;

class FieldKeysTest {
  private static final RowType ROW =
      (RowType)
          DataTypes.ROW(
                  DataTypes.FIELD("entity", DataTypes.STRING()),
                  DataTypes.FIELD("number", DataTypes.BIGINT()),
                  DataTypes.FIELD("labels", DataTypes.ARRAY(DataTypes.STRING())))
              .getLogicalType();

  @Test
  void joinsTheFieldsWithTheDelimiter() {
    var keys = new FieldKeys(ROW, List.of("entity", "number"), "|");
    assertThat(keys.keyOf(row("pump-7", 3L))).isEqualTo("pump-7|3");
    assertThat(keys.keyOf(row(null, 3L))).isEqualTo("null|3");
  }

  @Test
  void givesAKeyThatKinesisTakesForEmptyAndForLongText() {
    var keys = new FieldKeys(ROW, List.of("entity"), "");
    assertThat(keys.keyOf(row("", 3L))).isEqualTo("-");
    assertThat(keys.keyOf(row("x".repeat(300), 3L))).hasSize(256);
  }

  @Test
  void refusesAFieldWithoutStableText() {
    assertThatThrownBy(() -> new FieldKeys(ROW, List.of("labels"), "|"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("labels");
  }

  private static GenericRowData row(String entity, Long number) {
    return GenericRowData.of(entity == null ? null : StringData.fromString(entity), number, null);
  }
}
