package tocsin.job;

import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.metrics.reporter.Scheduled;

/**
 * The job's own metrics as events on standard output, one line each interval: an embedded job has
 * no service that sends them to CloudWatch as Managed Flink does. Values of one name, of several
 * tasks, are added up; of versions it is the largest.
 */
public final class MetricLines implements MetricReporter, Scheduled {
  /** Found by Flink through META-INF/services, where the option names it. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return new MetricLines();
    }
  }

  private final Map<Metric, String> names = new ConcurrentHashMap<>();

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (Arrays.asList(group.getScopeComponents()).contains("kinesisanalytics")) {
      names.put(metric, name);
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    names.remove(metric);
  }

  @Override
  public void report() {
    Map<String, Long> values = new TreeMap<>();
    names.forEach(
        (metric, name) -> {
          Long value = valueOf(metric);
          if (value != null) {
            values.merge(name, value, name.endsWith("_version") ? Math::max : Long::sum);
          }
        });
    if (!values.isEmpty()) {
      System.out.println(lineOf(values));
    }
  }

  static String lineOf(Map<String, Long> values) {
    return values.entrySet().stream()
        .map(each -> "\"" + EmbeddedMain.escaped(each.getKey()) + "\":" + each.getValue())
        .collect(Collectors.joining(",", "{\"event\":\"metrics\",\"values\":{", "}}"));
  }

  private static Long valueOf(Metric metric) {
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    return metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number
        ? number.longValue()
        : null;
  }
}
