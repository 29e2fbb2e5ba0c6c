package tocsin.rules;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Metrics by their full names, as a reporter would give them. */
public final class HeardMetrics extends UnregisteredMetricsGroup {
  private final String path;
  private final Map<String, Counter> counters;
  private final Map<String, Gauge<?>> gauges;

  public HeardMetrics() {
    this("", new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
  }

  private HeardMetrics(String path, Map<String, Counter> counters, Map<String, Gauge<?>> gauges) {
    this.path = path;
    this.counters = counters;
    this.gauges = gauges;
  }

  /** Value of the counter of this full name; fails when there is none. */
  public long count(String name) {
    return counters.get(name).getCount();
  }

  /** Value of the gauge of this full name; fails when there is none. */
  public long gauge(String name) {
    return ((Number) gauges.get(name).getValue()).longValue();
  }

  @Override
  public Counter counter(String name) {
    return counters.computeIfAbsent(path + name, first -> new SimpleCounter());
  }

  @Override
  public <C extends Counter> C counter(String name, C counter) {
    counters.put(path + name, counter);
    return counter;
  }

  @Override
  public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
    gauges.put(path + name, gauge);
    return gauge;
  }

  @Override
  public MetricGroup addGroup(String name) {
    return new HeardMetrics(path + name + ".", counters, gauges);
  }

  @Override
  public MetricGroup addGroup(String key, String value) {
    return new HeardMetrics(path + key + "." + value + ".", counters, gauges);
  }
}
