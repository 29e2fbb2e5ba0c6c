package tocsin.rules;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import tocsin.store.PublishedObject;
import tocsin.time.JobMetrics;

/**
 * Puts beside each reading the rules that judge it. A task that starts without rules in its state
 * reads them itself before it takes the first reading: so none waits in memory, none is judged by
 * nothing, and a job that runs is a job that judges.
 *
 * <p>Each task looks for changed rules by itself ({@link RulesPoll}) instead of having them from a
 * second input, because an operator of two inputs cannot stand in one chain with the reader: every
 * reading would be written and read once more.
 *
 * <p>It marks the readings that are late, because behind the exchange it knows the time of all
 * readers: what it passes on unmarked is ahead of every watermark that it has sent, and so in time
 * for every window.
 *
 * <p>A rule that ceases to judge a subject gets one more row with {@code rule_retired}, with the
 * subject's next reading: SQL then clears what that rule has open.
 */
public final class RulesJoin extends ProcessFunction<RowData, RowData>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 2;

  /** The kinds of rules. */
  public static final List<String> KINDS = RuleKind.words();

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int MAX_REMEMBERED = 100_000;

  private final String rulesUri;
  private final long pollMs;
  private transient int maxParallelism;
  private transient RuleSet rules;
  private transient RetiredRules retired;
  private transient RulesPoll poll;
  private transient ReadersTime time;
  private transient WindowParts parts;
  private transient Counter lateReadings;
  private transient RowDataSerializer written;

  /** What every task knew: after a restore each sees all, and the newest rules win. */
  private transient ListState<String> publishedState;

  private transient ListState<String> retiredState;

  /** The rules for each entity and metric seen lately, in the form that rows need. */
  private transient Map<Subject, Judges> remembered;

  /** By the id of a rule about a whole source: the second of arrival of its newest row. */
  private transient Map<Object, Long> lastSeconds;

  /**
   * @param pollMs pause between two looks for changed rules; 0 reads them once, for a bounded run
   */
  public RulesJoin(String rulesUri, long pollMs) {
    this.rulesUri = rulesUri;
    this.pollMs = pollMs;
  }

  /** Where the rows of one kind of rule leave the join: packed ones where the kind has them. */
  public static OutputTag<RowData> rowsOf(String kind) {
    return Judge.ROWS_OF_KIND.get(kind);
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    OperatorStateStore store = context.getOperatorStateStore();
    publishedState = store.getUnionListState(new ListStateDescriptor<>("published", Types.STRING));
    retiredState = store.getUnionListState(new ListStateDescriptor<>("retired", Types.STRING));
    time = ReadersTime.restored(store);
    retired = new RetiredRules();
    retired.restore(retiredState.get());
    for (String text : publishedState.get()) {
      RuleSet known = RuleSet.parse(text);
      if (rules == null || known.version() > rules.version()) {
        rules = known;
      }
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    time.save();
    publishedState.update(List.of(rules.text()));
    retiredState.update(retired.texts());
  }

  @Override
  public void open(OpenContext context) throws Exception {
    maxParallelism = getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
    remembered = new HashMap<>();
    lastSeconds = new HashMap<>();
    written = new RowDataSerializer((RowType) RuledReading.readingType().getLogicalType());
    MetricGroup metrics = JobMetrics.of(getRuntimeContext());
    lateReadings = metrics.counter("late_readings");
    PublishedObject published = PublishedObject.at(rulesUri);
    poll = new RulesPoll(published, metrics);
    if (rules == null) {
      rules = new FirstRules(published, PATIENCE).await(metrics);
    }
    poll.inForce(rules);
    if (pollMs > 0) {
      poll.start(pollMs);
    }
  }

  @Override
  public void close() {
    if (poll != null) {
      poll.close();
    }
  }

  @Override
  public void processElement(RowData reading, Context context, Collector<RowData> out) {
    RuleSet published = poll.takeNew();
    if (published != null) {
      change(published, context.timerService().currentProcessingTime());
    }
    boolean isLate = time.isPast(reading);
    if (isLate) {
      lateReadings.inc();
    }
    Judges judges = judgesOf(reading);
    if (judges.current.length == 0 && judges.retired.length == 0) {
      return;
    }
    // Rows hold the reading whole, as it was sent here: written once, however many rules judge it.
    BinaryRowData row =
        reading instanceof BinaryRowData sent ? sent : written.toBinaryRow(reading).copy();
    row.setBoolean(RuledReading.LATE, isLate);
    PackedReading.Shared shared = PackedReading.Shared.of(row);
    for (Judge judge : judges.current) {
      if (!judge.isOfWholeSource() || isFirstInItsSecond(row, judge)) {
        emit(row, shared, judge, context);
      }
    }
    if (judges.retired.length > 0) {
      for (Judge judge : judges.retired) {
        emit(row, shared, judge, context);
      }
      // A late reading is in no window, so it ends no alarm of one.
      if (!isLate) {
        judges.retired = Judges.NONE;
      }
    }
  }

  /** Says that no reader that is not idle will have readings up to then. */
  void reach(long watermarkMs) {
    time.reach(watermarkMs);
  }

  /** Says where the readings of window rules are added up. */
  void addUpIn(WindowParts ofTask) {
    parts = ofTask;
  }

  private void change(RuleSet published, long nowMs) {
    retired.update(rules, published, nowMs);
    rules = published;
    parts.endAll();
    remembered.clear();
    lastSeconds.clear();
    poll.inForce(rules);
  }

  /**
   * That a source is alive need not be said more than once a second of arrival: all of it goes to
   * one task.
   */
  private boolean isFirstInItsSecond(RowData reading, Judge judge) {
    long second =
        Math.floorDiv(reading.getTimestamp(RuledReading.ARRIVAL_TIME, 3).getMillisecond(), 1_000L);
    Long last = lastSeconds.put(judge.rule().getString(0), second);
    return last == null || last != second;
  }

  private void emit(
      BinaryRowData reading, PackedReading.Shared shared, Judge judge, Context context) {
    if (judge.part() != null) {
      parts.add(judge.part(), shared);
    } else if (judge.packed() == null) {
      context.output(judge.rows(), RuledReading.join(reading, judge.rule()));
    } else {
      var eventTime =
          judge.isAboutArrival() ? time.notBehind(shared.arrivalTime()) : shared.eventTime();
      context.output(judge.rows(), PackedReading.fill(judge.packed(), shared, eventTime));
    }
  }

  private Judges judgesOf(RowData reading) {
    Subject subject = RuledReading.subjectOf(reading);
    Judges judges = remembered.get(subject);
    if (judges == null) {
      if (remembered.size() >= MAX_REMEMBERED) {
        parts.endAll();
        remembered.clear();
      }
      Subject kept = subject.copy();
      judges = judgesOf(kept);
      remembered.put(kept, judges);
    }
    return judges;
  }

  private Judges judgesOf(Subject subject) {
    String source = subject.source().toString();
    String entity = subject.entity().toString();
    String metric = subject.metric().toString();
    List<Rule> current = rules.rulesFor(source, entity, metric);
    List<Rule> former =
        retired.rules().stream()
            .filter(rule -> rule.source().equals(source) && rule.appliesTo(entity, metric))
            .filter(rule -> current.stream().noneMatch(rule::continuesAs))
            .toList();
    return new Judges(judges(subject, current, false), judges(subject, former, true));
  }

  private Judge[] judges(Subject subject, List<Rule> judges, boolean areRetired) {
    return judges.stream()
        .map(rule -> Judge.of(rule, rules.version(), areRetired, subject, maxParallelism))
        .toArray(Judge[]::new);
  }
}
