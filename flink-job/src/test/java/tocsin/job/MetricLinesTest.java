package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class MetricLinesTest {
  private final MetricLines lines = new MetricLines();

  @Test
  void theJobsOwnMetricsAreOneLineWithTheTasksAddedUp() {
    Gauge<Integer> twelve = () -> 12;
    Gauge<Integer> three = () -> 3;
    lines.notifyOfAddedMetric(twelve, "learning:strays:\"bar\"", group("kinesisanalytics"));
    lines.notifyOfAddedMetric(three, "learning:strays:\"bar\"", group("kinesisanalytics"));
    SimpleCounter refused = new SimpleCounter();
    refused.inc(2);
    lines.notifyOfAddedMetric(refused, "refused_rule_sets", group("kinesisanalytics"));
    Gauge<Long> seven = () -> 7L;
    Gauge<Long> eight = () -> 8L;
    lines.notifyOfAddedMetric(seven, "rules_version", group("kinesisanalytics"));
    lines.notifyOfAddedMetric(eight, "rules_version", group("kinesisanalytics"));
    assertThat(reported())
        .isEqualTo(
            "{\"event\":\"metrics\",\"values\":{\"learning:strays:\\\"bar\\\"\":15,"
                + "\"refused_rule_sets\":2,\"rules_version\":8}}\n");
  }

  @Test
  void whatFlinkAndEndedTasksTellIsLeftOut() {
    Gauge<Integer> busy = () -> 1;
    Gauge<Integer> ended = () -> 1;
    lines.notifyOfAddedMetric(busy, "busyTimeMsPerSecond", group("taskmanager"));
    lines.notifyOfAddedMetric(ended, "rules_version", group("kinesisanalytics"));
    lines.notifyOfRemovedMetric(ended, "rules_version", group("kinesisanalytics"));
    assertThat(reported()).isEmpty();
  }

  private String reported() {
    PrintStream before = System.out;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      lines.report();
    } finally {
      System.setOut(before);
    }
    return written.toString(StandardCharsets.UTF_8);
  }

  private static MetricGroup group(String name) {
    return new UnregisteredMetricsGroup() {
      @Override
      public String[] getScopeComponents() {
        return new String[] {"host", name, "Program", "Tocsin"};
      }
    };
  }
}
