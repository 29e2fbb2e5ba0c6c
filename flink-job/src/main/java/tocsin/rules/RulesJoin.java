package tocsin.rules;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.util.Collector;
import tocsin.store.PublishedObject;

/**
 * Puts beside each reading the rules that judge it. A task that starts without rules in its state
 * reads them itself before it takes the first reading: so none waits in memory, none is judged by
 * nothing, and a job that runs is a job that judges.
 */
public final class RulesJoin extends BroadcastProcessFunction<RowData, String, RowData>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  /** The broadcast rule set, as its text. */
  public static final MapStateDescriptor<String, String> RULES =
      new MapStateDescriptor<>("rules", Types.STRING, Types.STRING);

  private static final String PUBLISHED = "published";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int MAX_REMEMBERED = 100_000;

  private final String rulesUri;
  private transient RuleSet rules;

  /** Columns of the rules for each entity and metric seen lately, in the form that rows need. */
  private transient Map<Subject, Object[][]> remembered;

  public RulesJoin(String rulesUri) {
    this.rulesUri = rulesUri;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    BroadcastState<String, String> state = context.getOperatorStateStore().getBroadcastState(RULES);
    String text = state.get(PUBLISHED);
    if (text != null) {
      rules = RuleSet.parse(text);
    }
  }

  @Override
  public void open(OpenContext context) throws Exception {
    remembered = new HashMap<>();
    if (rules == null) {
      try (PublishedObject published = PublishedObject.at(rulesUri)) {
        rules = RuleSet.parse(published.await(PATIENCE).text());
      }
    }
  }

  @Override
  public void processBroadcastElement(String text, Context context, Collector<RowData> out)
      throws Exception {
    rules = RuleSet.parse(text);
    remembered.clear();
    context.getBroadcastState(RULES).put(PUBLISHED, text);
  }

  @Override
  public void processElement(RowData reading, ReadOnlyContext context, Collector<RowData> out) {
    for (Object[] ruleColumns : rulesFor(reading)) {
      out.collect(RuledReading.join(reading, ruleColumns));
    }
  }

  private Object[][] rulesFor(RowData reading) {
    Subject subject =
        new Subject(
            reading.getString(RuledReading.SOURCE),
            reading.getString(RuledReading.ENTITY),
            reading.getString(RuledReading.METRIC));
    Object[][] columns = remembered.get(subject);
    if (columns == null) {
      if (remembered.size() >= MAX_REMEMBERED) {
        remembered.clear();
      }
      List<Rule> judges =
          rules.rulesFor(
              subject.source.toString(), subject.entity.toString(), subject.metric.toString());
      columns =
          judges.stream()
              .map(rule -> RuledReading.ruleColumns(rule, rules.version()))
              .toArray(Object[][]::new);
      remembered.put(subject.copy(), columns);
    }
    return columns;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {
    // The broadcast state holds all there is.
  }

  /** Compared by the bytes of its texts, which costs less than making strings of them. */
  private record Subject(StringData source, StringData entity, StringData metric) {
    /** Rows may be reused by Flink, so what is kept must be a copy. */
    Subject copy() {
      return new Subject(copy(source), copy(entity), copy(metric));
    }

    private static StringData copy(StringData text) {
      return BinaryStringData.fromString(text.toString());
    }
  }
}
