package tocsin.functions;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.MetricGroup;
import tocsin.rules.PackedReading;
import tocsin.time.JobMetrics;

/**
 * Which series a rule does not judge, and so only the other rules do: a gauge {@code
 * reason:rule:metric} for each rule and metric that has, or had, such series: how many of them had
 * a reading within the last hour. One for each instance of a function. A series that is judged at
 * last, or heard of no more, counts no more. Costs nothing while every series is judged.
 */
final class UnjudgedSeries {
  /** A rule judges it once it has seen more of it. */
  static final String LEARNING = "learning";

  /** There are more series than may be judged. */
  static final String LEFT_OUT = "left_out";

  static final long HEARD_WITHIN_MS = 3_600_000;

  /** Each name is a metric that CloudWatch asks money for. */
  private static final int MOST_NAMES = 50;

  private static final int MOST_SERIES = 10_000;
  private static final int LONGEST_NAME = 200;

  /** Taking names apart with each reading would cost more than to judge it. */
  private static final long TOLD_EVERY_MS = 60_000;

  private static final int MOST_TOLD = 100_000;

  private final MetricGroup metrics;
  private final String reason;
  private final LongSupplier clockMs;

  /** By name, when each series was last heard of. Read by the gauges' thread, too. */
  private final Map<String, Map<Long, Long>> heardByName = new ConcurrentHashMap<>();

  /** When each series that is not judged was last told of by its name. */
  private final Map<Long, Long> toldAtMs = new HashMap<>();

  UnjudgedSeries(MetricGroup group, String reason) {
    this(group, reason, System::currentTimeMillis);
  }

  UnjudgedSeries(MetricGroup group, String reason, LongSupplier clockMs) {
    this.metrics = JobMetrics.of(group);
    this.reason = reason;
    this.clockMs = clockMs;
  }

  /** True while there is nothing that {@link #judged} could take away. */
  boolean isEmpty() {
    return heardByName.isEmpty();
  }

  /**
   * A series had a reading, which its rule could judge or not yet.
   *
   * @param seriesName as {@link PackedReading} has it
   */
  void tell(byte[] seriesName, boolean isJudged) {
    if (isJudged && isEmpty()) {
      return;
    }
    long series = hash(seriesName);
    Long at = toldAtMs.get(series);
    boolean saysNothingNew =
        isJudged
            ? at == null && toldAtMs.size() < MOST_TOLD
            : at != null && clockMs.getAsLong() - at < TOLD_EVERY_MS;
    if (saysNothingNew) {
      return;
    }
    String[] names = PackedReading.ruleAndMetricOf(seriesName);
    if (isJudged) {
      toldAtMs.remove(series);
      judged(names[0], names[1], series);
    } else {
      if (at != null || toldAtMs.size() < MOST_TOLD) {
        toldAtMs.put(series, clockMs.getAsLong());
      }
      heard(names[0], names[1], series);
    }
  }

  /**
   * A series had a reading that its rule could not judge. For those who know themselves when they
   * last said so.
   *
   * @param seriesName as {@link PackedReading} has it
   * @param lastMs what this returned the last time; 0 the first time
   * @return when it was last told of, never 0
   */
  long heardAgain(byte[] seriesName, long lastMs) {
    long nowMs = clockMs.getAsLong();
    if (lastMs != 0 && nowMs - lastMs < TOLD_EVERY_MS) {
      return lastMs;
    }
    String[] names = PackedReading.ruleAndMetricOf(seriesName);
    heard(names[0], names[1], hash(seriesName));
    return nowMs;
  }

  /** A series that {@link #heardAgain} was told of is judged from its next reading on. */
  void judged(byte[] seriesName) {
    String[] names = PackedReading.ruleAndMetricOf(seriesName);
    judged(names[0], names[1], hash(seriesName));
  }

  /** A series had a reading that its rule could not judge. */
  void heard(String ruleId, String metric, long series) {
    String name = nameOf(ruleId, metric);
    boolean isOneTooMany = heardByName.size() >= MOST_NAMES && !heardByName.containsKey(name);
    Map<Long, Long> heard =
        heardByName.computeIfAbsent(isOneTooMany ? nameOf("*", "*") : name, this::gauge);
    if (heard.size() < MOST_SERIES || heard.containsKey(series)) {
      heard.put(series, clockMs.getAsLong());
    }
  }

  /** A series is judged from its next reading on. */
  void judged(String ruleId, String metric, long series) {
    Map<Long, Long> heard = heardByName.get(nameOf(ruleId, metric));
    if (heard == null) {
      heard = heardByName.get(nameOf("*", "*"));
    }
    if (heard != null) {
      heard.remove(series);
    }
  }

  private Map<Long, Long> gauge(String name) {
    Map<Long, Long> heard = new ConcurrentHashMap<>();
    metrics.gauge(name, () -> count(heard));
    return heard;
  }

  private int count(Map<Long, Long> heard) {
    long from = clockMs.getAsLong() - HEARD_WITHIN_MS;
    heard.values().removeIf(at -> at < from);
    return heard.size();
  }

  /** In the characters that CloudWatch takes. */
  private String nameOf(String ruleId, String metric) {
    String name = (reason + ":" + ruleId + ":" + metric).replaceAll("[^\\x21-\\x7e]", "_");
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }

  /** A number that tells series apart: FNV-1a over their names' bytes. */
  static long hash(byte[] series) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : series) {
      hash = (hash ^ each) * 0x100000001b3L;
    }
    return hash;
  }
}
