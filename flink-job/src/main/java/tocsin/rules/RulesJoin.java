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
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
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

  private static final Judge[] NONE = {};
  private static final String PUBLISHED = "published";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int MAX_REMEMBERED = 100_000;

  private final String rulesUri;
  private final Map<String, OutputTag<RowData>> packedRows = new HashMap<>();
  private transient RuleSet rules;
  private transient RetiredRules retired;

  /** The rules for each entity and metric seen lately, in the form that rows need. */
  private transient Map<Subject, Judges> remembered;

  /** By the id of a rule about a whole source: the second of arrival of its newest row. */
  private transient Map<Object, Long> lastSeconds;

  public RulesJoin(String rulesUri) {
    this.rulesUri = rulesUri;
    PackedReading.KINDS.forEach(kind -> packedRows.put(kind, PackedReading.rowsOf(kind)));
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
    lastSeconds = new HashMap<>();
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
    lastSeconds.clear();
  }

  @Override
  public void processElement(RowData reading, ReadOnlyContext context, Collector<RowData> out) {
    Judges judges = judgesOf(reading);
    byte[] bytes = PackedReading.bytes((BinaryRowData) reading);
    for (Judge judge : judges.current) {
      if (!RuledReading.isOfWholeSource(judge.ruleColumns)
          || isFirstInItsSecond(reading, judge.ruleColumns)) {
        emit(reading, bytes, judge, context, out);
      }
    }
    if (judges.retired.length > 0) {
      for (Judge judge : judges.retired) {
        emit(reading, bytes, judge, context, out);
      }
      // A late reading is in no window, so it ends no alarm of one.
      if (!reading.getBoolean(RuledReading.LATE)) {
        judges.retired = NONE;
      }
    }
  }

  /**
   * That a source is alive need not be said more than once a second of arrival: all of it goes to
   * one task.
   */
  private boolean isFirstInItsSecond(RowData reading, Object[] ruleColumns) {
    long second =
        Math.floorDiv(reading.getTimestamp(RuledReading.ARRIVAL_TIME, 3).getMillisecond(), 1_000L);
    Long last = lastSeconds.put(ruleColumns[0], second);
    return last == null || last != second;
  }

  private static void emit(
      RowData reading, byte[] bytes, Judge judge, ReadOnlyContext context, Collector<RowData> out) {
    out.collect(RuledReading.join(reading, judge.ruleColumns));
    if (judge.packedRows != null) {
      context.output(
          judge.packedRows, PackedReading.join((BinaryRowData) reading, bytes, judge.packed));
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
      Subject kept = subject.copy();
      judges = judgesOf(kept);
      remembered.put(kept, judges);
    }
    return judges;
  }

  private Judges judgesOf(Subject subject) {
    String source = subject.source.toString();
    String entity = subject.entity.toString();
    String metric = subject.metric.toString();
    List<Rule> current = rules.rulesFor(source, entity, metric);
    List<Rule> former =
        retired.rules().stream()
            .filter(rule -> rule.source().equals(source) && rule.appliesTo(entity, metric))
            .filter(rule -> current.stream().noneMatch(rule::continuesAs))
            .toList();
    return new Judges(judges(subject, current, false), judges(subject, former, true));
  }

  private Judge[] judges(Subject subject, List<Rule> judges, boolean areRetired) {
    return judges.stream().map(rule -> judge(subject, rule, areRetired)).toArray(Judge[]::new);
  }

  private Judge judge(Subject subject, Rule rule, boolean isRetired) {
    Object[] columns = RuledReading.ruleColumns(rule, rules.version(), isRetired);
    OutputTag<RowData> packed = packedRows.get(rule.kind());
    return new Judge(
        columns,
        packed,
        packed == null
            ? null
            : PackedReading.template(
                rule, (BinaryRowData) columns[2], subject.source, subject.entity, subject.metric));
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {
    // The broadcast state holds all there is.
  }

  /** Rows that each reading of a subject becomes, and those that only the next one becomes. */
  private static final class Judges {
    private final Judge[] current;
    private Judge[] retired;

    Judges(Judge[] current, Judge[] retired) {
      this.current = current;
      this.retired = retired;
    }
  }

  /**
   * What a rule adds to each reading of a subject, in both forms.
   *
   * @param packedRows where its packed rows go, or null when its kind has none
   */
  private record Judge(
      Object[] ruleColumns, OutputTag<RowData> packedRows, GenericRowData packed) {}

  /** Compared by the bytes of its texts, which costs less than making strings of them. */
  private record Subject(StringData source, StringData entity, StringData metric) {
    /** The texts' own hashes of 100,000 names such as user000001 share 2,048 places of a map. */
    @Override
    public int hashCode() {
      int hash = (source.hashCode() * 31 + entity.hashCode()) * 31 + metric.hashCode();
      hash = (hash ^ hash >>> 16) * 0x85EBCA6B;
      hash = (hash ^ hash >>> 13) * 0xC2B2AE35;
      return hash ^ hash >>> 16;
    }

    /** Rows may be reused by Flink, so what is kept must be a copy. */
    Subject copy() {
      return new Subject(copy(source), copy(entity), copy(metric));
    }

    private static StringData copy(StringData text) {
      return BinaryStringData.fromString(text.toString());
    }
  }
}
