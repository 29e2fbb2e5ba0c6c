package tocsin.rules;

import java.time.Duration;
import java.util.IdentityHashMap;
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
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
public final class RulesJoin extends ProcessFunction<RowData, Ruled>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 2;

  private static final Logger LOG = LoggerFactory.getLogger(RulesJoin.class);

  /** The kinds of rules. */
  public static final List<String> KINDS = RuleKind.words();

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Each takes some 200 bytes; to make one anew takes a SHA-256 and a hundred other hashes. */
  private static final int MOST_JUDGES = 1_000_000;

  private final String rulesUri;
  private final long pollMs;
  private transient int maxParallelism;
  private transient RuleSet rules;
  private transient RetiredRules retired;
  private transient RulesPoll poll;
  private transient ReadersTime time;
  private transient Counter lateReadings;
  private transient RowDataSerializer written;

  /** Adds up what says nothing: the compiler leaves out what nobody uses. */
  private transient int prefetched;

  /** What every task knew: after a restore each sees all, and the newest rules win. */
  private transient ListState<String> publishedState;

  private transient ListState<String> retiredState;

  /** Who judges each entity and metric seen lately. */
  private transient Subjects<Judges> remembered;

  /** By a rule about a whole source: what is known of it, whichever entity it comes from. */
  private transient Map<Rule, ArrivalPulse> sources;

  /** Of each rule, in force or retired: they are different objects. */
  private transient Map<Rule, RuleColumns> columns;

  /**
   * @param pollMs pause between two looks for changed rules; 0 reads them once, for a bounded run
   */
  public RulesJoin(String rulesUri, long pollMs) {
    this.rulesUri = rulesUri;
    this.pollMs = pollMs;
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
    remembered = new Subjects<>(MOST_JUDGES);
    sources = new IdentityHashMap<>();
    columns = new IdentityHashMap<>();
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
  public void processElement(RowData reading, Context context, Collector<Ruled> out) {
    RuleSet published = poll.takeNew();
    if (published != null) {
      change(published, context.timerService().currentProcessingTime());
    }
    boolean isLate = time.isPast(reading);
    if (isLate) {
      lateReadings.inc();
    }
    // Rows hold the reading whole, as it was sent here: written once, however many rules judge it.
    BinaryRowData row =
        reading instanceof BinaryRowData sent ? sent : written.toBinaryRow(reading).copy();
    Judges judges = judgesOf(row);
    if (judges.isNobody()) {
      return;
    }
    prefetched += judges.prefetch();
    row.setBoolean(RuledReading.LATE, isLate);
    Ruled ruled = new Ruled();
    ruled.reading = row;
    ruled.shared = PackedReading.Shared.of(row);
    ruled.arrivalInTime = time.notBehind(ruled.shared.arrivalTime());
    ruled.judges = judges;
    out.collect(ruled);
    // A late reading is in no window, so it ends no alarm of one.
    if (!isLate) {
      judges.forgetRetired();
    }
  }

  /** Says that no reader that is not idle will have readings up to then. */
  void reach(long watermarkMs) {
    time.reach(watermarkMs);
  }

  private void change(RuleSet published, long nowMs) {
    int dropped = retired.update(rules, published, nowMs);
    if (dropped > 0) {
      LOG.warn(
          "Rules version {} ends so many rules that {} of those kept, the oldest, are forgotten: what"
              + " they have open does not clear, and its incidents end as quiet. At most {} are kept;"
              + " end fewer a day",
          published.version(),
          dropped,
          RetiredRules.MAX_KEPT);
    }
    rules = published;
    remembered.clear();
    sources.clear();
    columns.clear();
    poll.inForce(rules);
  }

  private Judges judgesOf(BinaryRowData reading) {
    StringData source = reading.getString(RuledReading.SOURCE);
    StringData entity = reading.getString(RuledReading.ENTITY);
    StringData metric = reading.getString(RuledReading.METRIC);
    Judges judges = remembered.get(source, entity, metric);
    if (judges == null) {
      judges = judgesOf(new Subject(source, entity, metric).copy());
      remembered.put(judges);
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

  private List<Judge> judges(Subject subject, List<Rule> judges, boolean areRetired) {
    return judges.stream()
        .map(rule -> new Judge(columnsOf(rule, areRetired), subject, pulseOf(rule), maxParallelism))
        .toList();
  }

  private RuleColumns columnsOf(Rule rule, boolean isRetired) {
    return columns.computeIfAbsent(
        rule, missing -> RuleColumns.of(rule, rules.version(), isRetired));
  }

  private ArrivalPulse pulseOf(Rule rule) {
    if (!rule.isAboutArrival()) {
      return null;
    }
    return rule.isOfWholeSource()
        ? sources.computeIfAbsent(rule, ArrivalPulse::of)
        : ArrivalPulse.of(rule);
  }
}
