package tocsin.rules;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/**
 * The rows of one kind of rule, for each reading one for each of its judges. An operator for each
 * kind and not a side output: Flink offers each row of a side output to all of them.
 */
public final class RowsOfKind extends ProcessFunction<Ruled, RowData> {
  private static final long serialVersionUID = 1;

  private final RuleKind kind;
  private transient Bookmark.Passing passing;

  /**
   * @param kind one of {@link RulesJoin#KINDS}
   */
  public RowsOfKind(String kind) {
    this.kind = RuleKind.of(kind);
  }

  @Override
  public void open(OpenContext context) {
    passing = Bookmark.Passing.ofThisTask();
  }

  @Override
  public void processElement(Ruled ruled, Context context, Collector<RowData> out) {
    if (ruled.judges.mayHave(kind)) {
      emit(ruled.judges.current(), ruled, out);
      emit(ruled.judges.retired(), ruled, out);
    }
  }

  private void emit(Judge[] judges, Ruled ruled, Collector<RowData> out) {
    for (Judge judge : judges) {
      if (judge.kind() == kind && judge.takes(ruled)) {
        passing.set(judge);
        out.collect(judge.rowOf(ruled));
      }
    }
  }
}
