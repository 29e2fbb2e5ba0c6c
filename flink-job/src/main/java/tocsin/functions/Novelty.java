package tocsin.functions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.api.dataview.ListView;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tocsin.novelty.Calibration;
import tocsin.novelty.Components;
import tocsin.novelty.NoveltyModel;
import tocsin.novelty.Score;
import tocsin.time.JobMetrics;

/**
 * {@code NOVELTY(readings => TABLE t PARTITION BY subject, max_keys => n)}: each reading with how
 * new it is, judged by the readings of its partition before it, and with the state of the key's
 * alarm after and before it. The table has the columns {@code subject}, {@code value}, {@code
 * event_time}, {@code late}, {@code warn}, {@code page}, {@code is_critical}, {@code
 * renewal_period} and {@code rule_retired}. Late readings and those older than the key's newest are
 * judged and not learned. A retired rule's row ends the alarm and forgets the key. A key without a
 * reading for 30 days is forgotten.
 *
 * <p>{@code max_keys} is shared out to the instances ({@link NoveltyPlaces}); one that has its
 * share leaves further keys unjudged: they have no row, count in the gauge {@code
 * left_out:rule:metric}, and the log names the first. Keys that are not judged yet count in {@code
 * learning:rule:metric}.
 */
@DataTypeHint(
    "ROW<score DOUBLE NOT NULL, contributions MAP<STRING NOT NULL, DOUBLE NOT NULL> NOT NULL,"
        + " warm BOOLEAN NOT NULL, state INT NOT NULL, earlier_state INT NOT NULL,"
        + " was_critical BOOLEAN NOT NULL, is_new_period BOOLEAN NOT NULL,"
        + " recent_values ARRAY<DOUBLE NOT NULL> NOT NULL>")
public final class Novelty extends ProcessTableFunction<Row> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(Novelty.class);

  /** Between the parts of {@code subject}: rule, source, entity, metric. */
  private static final String SEPARATOR = "\u001f";

  private static final int RULE = 0;
  private static final int METRIC = 3;

  private static final int SAVED_EVERY = 1_000;

  /** How long a key without readings is remembered. */
  private static final String KEPT = "30 d";

  /**
   * Flink forgets each part of a key by its own age: so what a slow key learned long ago is saved
   * anew long before, although it is less than {@link #SAVED_EVERY} readings.
   */
  private static final long SAVED_AFTER_MS = 10L * 24 * 3_600_000;

  private static final Double[] NO_VALUES = {};

  private transient LiveModels models;
  private transient NoveltyPlaces places;
  private transient TaskInfo task;
  private transient MetricGroup metrics;
  private transient UnjudgedSeries learning;
  private transient UnjudgedSeries leftOut;

  @Override
  public void open(FunctionContext context) {
    task = context.getTaskInfo();
    metrics = context.getMetricGroup();
    learning = new UnjudgedSeries(metrics, UnjudgedSeries.LEARNING);
    leftOut = new UnjudgedSeries(metrics, UnjudgedSeries.LEFT_OUT);
  }

  public void eval(
      Context context,
      @StateHint(ttl = KEPT) NoveltyKey key,
      @StateHint(ttl = KEPT) MapView<Integer, byte[]> saved,
      @StateHint(ttl = KEPT) ListView<LiveModels.Learned> since,
      @ArgumentHint({ArgumentTrait.SET_SEMANTIC_TABLE, ArgumentTrait.PASS_COLUMNS_THROUGH})
          Row readings,
      @ArgumentHint(value = ArgumentTrait.SCALAR, name = "max_keys") Integer maxKeys)
      throws Exception {
    if (models == null) {
      begin(maxKeys);
    }
    String subject = readings.getFieldAs("subject");
    int earlierState = key.state();
    boolean wasCritical = key.wasCritical;
    if (readings.<Boolean>getFieldAs("rule_retired")) {
      forget(context, subject, key);
      collect(Row.of(0.0, Map.of(), false, 0, earlierState, wasCritical, false, NO_VALUES));
      return;
    }
    if (!places.mayJudge(subject, key)) {
      leaveUnjudged(subject);
      if (key.known) {
        forget(context, subject, key);
        collect(Row.of(0.0, Map.of(), false, 0, earlierState, wasCritical, false, NO_VALUES));
      }
      return;
    }
    LiveModels.Live live = models.get(subject, key, saved, since);
    long learnedBefore = live.model.learned();
    Score score = judge(live, readings, key, saved, since);
    boolean isNewest = live.model.learned() > learnedBefore;
    tellLearning(subject, score.warm(), live.model.learned());

    double warn = orDefault(readings.getFieldAs("warn"), Calibration.shipped().warn());
    double page = orDefault(readings.getFieldAs("page"), Calibration.shipped().page());
    key.judged(score.total(), Math.min(warn, page), page, isNewest);
    key.remember(readings.<Double>getFieldAs("value"));
    key.wasCritical = key.state() == 2 && readings.<Boolean>getFieldAs("is_critical");
    long period = readings.<Long>getFieldAs("renewal_period");
    boolean isNewPeriod = key.newestPeriod != Long.MIN_VALUE && period > key.newestPeriod;
    key.newestPeriod = Math.max(key.newestPeriod, period);
    boolean isTold = key.state() > 0 || earlierState > 0;
    collect(
        Row.of(
            score.total(),
            named(score),
            score.warm(),
            key.state(),
            earlierState,
            wasCritical,
            isNewPeriod,
            isTold ? boxed(key.recentValues) : NO_VALUES));
  }

  private void begin(int maxKeys) {
    places =
        new NoveltyPlaces(
            maxKeys,
            task.getNumberOfParallelSubtasks(),
            task.getMaxNumberOfParallelSubtasks(),
            System::currentTimeMillis);
    LiveModels made = new LiveModels(places.places());
    models = made;
    MetricGroup own = JobMetrics.of(metrics);
    own.gauge("novelty_keys", places::taken);
    own.gauge("novelty_keys_started_afresh", made::startedAfresh);
  }

  private void forget(Context context, String subject, NoveltyKey key) {
    models.forget(subject);
    places.forget(subject, key);
    context.clearAllState();
  }

  /** Judges it, learns it where it may, and keeps the state in step with the model. */
  private static Score judge(
      LiveModels.Live live,
      Row readings,
      NoveltyKey key,
      MapView<Integer, byte[]> saved,
      ListView<LiveModels.Learned> since)
      throws Exception {
    long timeMs = readings.<Instant>getFieldAs("event_time").toEpochMilli();
    double value = readings.<Double>getFieldAs("value");
    if (readings.<Boolean>getFieldAs("late")) {
      key.known = true;
      return live.model.judge(timeMs, value);
    }
    long learnedBefore = live.model.learned();
    Score score = live.model.update(timeMs, value);
    if (live.model.learned() > learnedBefore) {
      since.add(new LiveModels.Learned(timeMs, value));
      live.unsaved++;
    }
    long nowMs = System.currentTimeMillis();
    if (!key.known) {
      key.savedAtMs = nowMs;
      key.known = true;
    }
    if (live.unsaved >= SAVED_EVERY || nowMs - key.savedAtMs > SAVED_AFTER_MS) {
      LiveModels.save(live, saved, since);
      key.savedAtMs = nowMs;
      key.saved = true;
    }
    return score;
  }

  private void tellLearning(String subject, boolean warm, long learned) {
    if (warm && learning.isEmpty()) {
      return;
    }
    String[] names = subject.split(SEPARATOR, -1);
    if (learned >= NoveltyModel.WARM_READINGS) {
      learning.judged(names[RULE], names[METRIC], UnjudgedSeries.hash(subject.getBytes(UTF_8)));
    } else {
      learning.heard(names[RULE], names[METRIC], UnjudgedSeries.hash(subject.getBytes(UTF_8)));
    }
  }

  private void leaveUnjudged(String subject) {
    String[] names = subject.split(SEPARATOR, -1);
    if (leftOut.isEmpty()) {
      LOG.warn(
          "NOVELTY has as many keys as max_novelty_keys allows ({} here) and does not judge {} nor"
              + " any further one; the other detectors do",
          places.places(),
          String.join("/", names));
    }
    leftOut.heard(names[RULE], names[METRIC], UnjudgedSeries.hash(subject.getBytes(UTF_8)));
  }

  private static double orDefault(Double own, double otherwise) {
    return own == null ? otherwise : own;
  }

  private static Double[] boxed(double[] values) {
    Double[] boxed = new Double[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  private static Map<String, Double> named(Score score) {
    Map<String, Double> named = new HashMap<>();
    for (int part = 0; score.warm() && part < score.contributions().length; part++) {
      named.put(Components.NAMES.get(part), score.contributions()[part]);
    }
    return named;
  }
}
