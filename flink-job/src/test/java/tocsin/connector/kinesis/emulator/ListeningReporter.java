package tocsin.connector.kinesis.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Hears every metric that Flink registers in this JVM, as a reporter to CloudWatch would. */
public final class ListeningReporter implements MetricReporter {
  /** Flink settings that switch it on. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "metrics.reporter.listening.factory.class",
          Factory.class.getName(),
          // Apart from those of tasks, which count the same records.
          "metrics.scope.operator",
          "operator.<operator_name>.<subtask_index>");

  private static final Map<String, Metric> METRICS = new ConcurrentHashMap<>();

  /** Found by Flink through META-INF/services. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return new ListeningReporter();
    }
  }

  /** The sum of all counters and gauges whose full name has these parts in it. */
  static long sum(String... parts) {
    return METRICS.entrySet().stream()
        .filter(entry -> java.util.Arrays.stream(parts).allMatch(entry.getKey()::contains))
        .mapToLong(entry -> valueOf(entry.getValue()))
        .sum();
  }

  /** Waits, five seconds at most, until the sum is what it should be. */
  static void awaitSum(LongSupplier expected, String... parts) throws InterruptedException {
    for (int looks = 0; looks < 100 && sum(parts) != expected.getAsLong(); looks++) {
      Thread.sleep(50);
    }
    assertThat(sum(parts)).isEqualTo(expected.getAsLong());
  }

  private static long valueOf(Metric metric) {
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    return metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number
        ? number.longValue()
        : 0;
  }

  @Override
  public void open(MetricConfig config) {}

  /** The last values stay: a test reads them when its job has ended. */
  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    METRICS.put(group.getMetricIdentifier(name) + ";", metric);
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
