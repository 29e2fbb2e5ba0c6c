package tocsin.job;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import tocsin.rules.PackedReading;
import tocsin.rules.RowsOfKind;
import tocsin.rules.Ruled;
import tocsin.rules.RuledReading;
import tocsin.rules.RulesJoin;

/**
 * The views of what the rules join makes: one for each kind of rule, {@code limits_rows} and so on.
 */
final class RuledViews {
  private RuledViews() {}

  static void create(StreamTableEnvironment tables, SingleOutputStreamOperator<Ruled> ruled) {
    for (String kind : RulesJoin.KINDS) {
      boolean isPacked = PackedReading.KINDS.contains(kind);
      DataType type = isPacked ? PackedReading.type(kind) : RuledReading.type();
      DataStream<RowData> rows =
          ruled
              .process(new RowsOfKind(kind))
              .returns(InternalTypeInfo.of(type.getLogicalType()))
              .uid(kind + "-rows")
              .name(kind + "-rows");
      if (isPacked) {
        tables.createTemporaryView(kind + "_rows", rows, PackedReading.schema(kind));
      } else {
        create(tables, kind + "_rows", rows);
      }
    }
  }

  /** Of rows that hold reading and rule whole. */
  private static void create(StreamTableEnvironment tables, String name, DataStream<RowData> rows) {
    String table = "nested_" + name;
    tables.createTemporaryView(table, rows, RuledReading.schema());
    tables.executeSql(RuledReading.view(name, table));
  }
}
