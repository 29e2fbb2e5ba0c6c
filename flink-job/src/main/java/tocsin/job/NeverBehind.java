package tocsin.job;

import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/**
 * Watermarks of a stream that has no time of its own and must not hold back that of others. It is
 * idle and not at the end of time: beside readings that are idle too, as before the first record,
 * an end of time here would become that of the whole job, and every reading after it late.
 */
final class NeverBehind<T> implements WatermarkGenerator<T> {
  @Override
  public void onEvent(T event, long timestamp, WatermarkOutput output) {
    output.markIdle();
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    output.markIdle();
  }
}
