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
import tocsin.time.JobMetrics;

/**
 * Puts beside each reading the rules that judge it. A task that starts without rules in its state
 * reads them itself before it takes the first reading: so none waits in memory, none is judged by
 * nothing, and a job that runs is a job that judges.
 *
 * <p>A rule that ceases to judge a subject gets one more row with {@code rule_retired}, with the
 * subject's next reading: SQL then clears what that rule has open.
 */
public final class RulesJoin extends BroadcastProcessFunction<RowData, String, RowData>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  /** The broadcast rule set, as its text. */
  public static final MapStateDescriptor<String, String> RULES =
      new MapStateDescriptor<>("rules", Types.STRING, Types.STRING);

  private static final Object[][] NONE = {};
  private static final String PUBLISHED = "published";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int MAX_REMEMBERED = 100_000;

  private final String rulesUri;
  private transient RuleSet rules;
  private transient RetiredRules retired;

  /** The rules for each entity and metric seen lately, in the form that rows need. */
  private transient Map<Subject, Judges> remembered;

  public RulesJoin(String rulesUri) {
    this.rulesUri = rulesUri;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    BroadcastState<String, String> state = context.getOperatorStateStore().getBroadcastState(RULES);
    String text = state.get(PUBLISHED);
    retired = new RetiredRules();
    if (text != null) {
      retired.restore(state);
      rules = RuleSet.parse(text);
    }
  }

  @Override
  public void open(OpenContext context) throws Exception {
    remembered = new HashMap<>();
    if (rules == null) {
      try (PublishedObject published = PublishedObject.at(rulesUri)) {
        rules = new FirstRules(published, PATIENCE).await(JobMetrics.of(getRuntimeContext()));
      }
    }
  }

  @Override
  public void processBroadcastElement(String text, Context context, Collector<RowData> out)
      throws Exception {
    RuleSet published = RuleSet.parse(text);
    BroadcastState<String, String> state = context.getBroadcastState(RULES);
    retired.update(rules, published, context.currentProcessingTime(), state);
    state.put(PUBLISHED, text);
    rules = published;
    remembered.clear();
  }

  @Override
  public void processElement(RowData reading, ReadOnlyContext context, Collector<RowData> out) {
    Judges judges = judgesOf(reading);
    for (Object[] ruleColumns : judges.current) {
      out.collect(RuledReading.join(reading, ruleColumns));
    }
    if (judges.retired.length > 0) {
      for (Object[] ruleColumns : judges.retired) {
        out.collect(RuledReading.join(reading, ruleColumns));
      }
      // A late reading is in no window, so it ends no alarm of one.
      if (!reading.getBoolean(RuledReading.LATE)) {
        judges.retired = NONE;
      }
    }
  }

  private Judges judgesOf(RowData reading) {
    Subject subject =
        new Subject(
            reading.getString(RuledReading.SOURCE),
            reading.getString(RuledReading.ENTITY),
            reading.getString(RuledReading.METRIC));
    Judges judges = remembered.get(subject);
    if (judges == null) {
      if (remembered.size() >= MAX_REMEMBERED) {
        remembered.clear();
      }
      judges =
          judgesOf(subject.source.toString(), subject.entity.toString(), subject.metric.toString());
      remembered.put(subject.copy(), judges);
    }
    return judges;
  }

  private Judges judgesOf(String source, String entity, String metric) {
    List<Rule> current = rules.rulesFor(source, entity, metric);
    List<Rule> former =
        retired.rules().stream()
            .filter(rule -> rule.source().equals(source) && rule.appliesTo(entity, metric))
            .filter(rule -> current.stream().noneMatch(rule::continuesAs))
            .toList();
    return new Judges(columns(current, false), columns(former, true));
  }

  private Object[][] columns(List<Rule> judges, boolean areRetired) {
    return judges.stream()
        .map(rule -> RuledReading.ruleColumns(rule, rules.version(), areRetired))
        .toArray(Object[][]::new);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {
    // The broadcast state holds all there is.
  }

  /** Rows that each reading of a subject becomes, and those that only the next one becomes. */
  private static final class Judges {
    private final Object[][] current;
    private Object[][] retired;

    Judges(Object[][] current, Object[][] retired) {
      this.current = current;
      this.retired = retired;
    }
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
