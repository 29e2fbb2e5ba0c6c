package tocsin.time;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.MetricGroup;

/** The job's own counters. Managed Flink sends those of this group on to CloudWatch. */
public final class JobMetrics {
  private JobMetrics() {}

  public static MetricGroup of(RuntimeContext context) {
    return of(context.getMetricGroup());
  }

  public static MetricGroup of(MetricGroup group) {
    return group.addGroup("kinesisanalytics").addGroup("Program", "Tocsin");
  }
}
