package tocsin.job;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.RowData;
import tocsin.rules.PackedReading;
import tocsin.rules.RuledReading;
import tocsin.rules.RulesJoin;
import tocsin.rules.WindowPart;

/**
 * The views of what the rules join makes: one for each kind of rule, {@code limits_rows} and so on.
 */
final class RuledViews {
  private RuledViews() {}

  static void create(StreamTableEnvironment tables, SingleOutputStreamOperator<RowData> ruled) {
    for (String kind : RulesJoin.KINDS) {
      DataStream<RowData> rows = ruled.getSideOutput(RulesJoin.rowsOf(kind));
      if (kind.equals(WindowPart.KIND)) {
        tables.createTemporaryView(kind + "_rows", rows, WindowPart.schema());
      } else if (PackedReading.KINDS.contains(kind)) {
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
