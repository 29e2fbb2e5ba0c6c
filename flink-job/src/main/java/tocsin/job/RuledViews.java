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
import tocsin.rules.WindowPart;
import tocsin.rules.WindowRows;
import tocsin.rules.WindowSlices;

/**
 * The views of what the rules join makes: one for each kind of rule, {@code limits_rows} and so on.
 */
final class RuledViews {
  private static final String WINDOW = "window";

  private RuledViews() {}

  static void create(
      StreamTableEnvironment tables, SingleOutputStreamOperator<Ruled> ruled, WindowSlices slices) {
    for (String kind : RulesJoin.KINDS) {
      if (kind.equals(WINDOW)) {
        createOfWindows(tables, ruled, slices);
        continue;
      }
      boolean isPacked = PackedReading.KINDS.contains(kind);
      DataType type = isPacked ? PackedReading.type(kind) : RuledReading.type();
      DataStream<RowData> rows =
          ruled
              .transform(
                  kind + "-rows", InternalTypeInfo.of(type.getLogicalType()), new RowsOfKind(kind))
              .uid(kind + "-rows");
      if (isPacked) {
        tables.createTemporaryView(kind + "_rows", rows, PackedReading.schema(kind));
      } else {
        create(tables, kind + "_rows", rows);
      }
    }
  }

  private static void createOfWindows(
      StreamTableEnvironment tables, SingleOutputStreamOperator<Ruled> ruled, WindowSlices slices) {
    DataStream<RowData> rows =
        ruled
            .transform(
                WINDOW + "-rows",
                InternalTypeInfo.of(WindowPart.type().getLogicalType()),
                new WindowRows(slices))
            .uid(WINDOW + "-rows");
    tables.createTemporaryView(WINDOW + "_rows", rows, WindowPart.schema());
  }

  /** Of rows that hold reading and rule whole. */
  private static void create(StreamTableEnvironment tables, String name, DataStream<RowData> rows) {
    String table = "nested_" + name;
    tables.createTemporaryView(table, rows, RuledReading.schema());
    tables.executeSql(RuledReading.view(name, table));
  }
}
