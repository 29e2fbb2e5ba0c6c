package tocsin.functions;

import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.inference.TypeStrategies;

/** {@code READING(packed_reading)} and {@code RULE(packed_rule)}: the row that stands in bytes. */
public final class Unpacked extends ScalarFunction {
  private static final long serialVersionUID = 1;

  private final DataType type;
  private final int arity;

  /**
   * @param type of the row, internal
   */
  public Unpacked(DataType type) {
    this.type = type;
    this.arity = DataType.getFieldCount(type);
  }

  public RowData eval(byte[] packed) {
    BinaryRowData row = new BinaryRowData(arity);
    row.pointTo(MemorySegmentFactory.wrap(packed), 0, packed.length);
    return row;
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory types) {
    return TypeInference.newBuilder()
        .typedArguments(DataTypes.BYTES())
        .outputTypeStrategy(TypeStrategies.explicit(type))
        .build();
  }
}
