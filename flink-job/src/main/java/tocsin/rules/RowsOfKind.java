package tocsin.rules;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;

/**
 * The rows of one kind of rule, for each reading one for each of its judges. An operator for each
 * kind and not a side output: Flink offers each row of a side output to all of them.
 */
public final class RowsOfKind extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<Ruled, RowData> {
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
  public void open() throws Exception {
    super.open();
    passing = Bookmark.Passing.ofThisTask();
  }

  @Override
  public void processElement(StreamRecord<Ruled> element) {
    Ruled ruled = element.getValue();
    if (ruled.judges.mayHave(kind)) {
      emit(ruled.judges.current(), ruled, element);
      emit(ruled.judges.retired(), ruled, element);
    }
  }

  private void emit(Judge[] judges, Ruled ruled, StreamRecord<Ruled> element) {
    for (Judge judge : judges) {
      if (judge.kind() == kind && judge.takes(ruled)) {
        passing.set(judge);
        output.collect(element.replace(judge.rowOf(ruled)));
      }
    }
  }
}
