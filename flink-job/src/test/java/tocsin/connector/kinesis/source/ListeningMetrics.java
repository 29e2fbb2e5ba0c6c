package tocsin.connector.kinesis.source;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** A metric group that remembers what is registered in it and below it, by its full name. */
final class ListeningMetrics extends UnregisteredMetricsGroup {
  private final String path;
  private final Map<String, Counter> counters;
  private final Map<String, Gauge<?>> gauges;

  ListeningMetrics() {
    this("", new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
  }

  private ListeningMetrics(
      String path, Map<String, Counter> counters, Map<String, Gauge<?>> gauges) {
    this.path = path;
    this.counters = counters;
    this.gauges = gauges;
  }

  /** The value of the stream's metric of this name; fails when there is none. */
  long ofStream(String name) {
    return counters
        .get("KinesisStreamSource.accountId.000000000000.region.us-east-1.stream.readings." + name)
        .getCount();
  }

  /** The value of the job's own counter of this name; fails when there is none. */
  long ofJob(String name) {
    return counters.get("kinesisanalytics.Program.Tocsin." + name).getCount();
  }

  Map<String, Gauge<?>> gauges() {
    return gauges;
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
    return new ListeningMetrics(path + name + ".", counters, gauges);
  }

  @Override
  public MetricGroup addGroup(String key, String value) {
    return new ListeningMetrics(path + key + "." + value + ".", counters, gauges);
  }
}
