package tocsin.connector.kinesis.source;

import java.util.ArrayList;
import java.util.List;

/** Remembers what a poller asks of its host. */
final class RecordingHost implements SplitPoller.Host {
  final List<Long> delaysMs = new ArrayList<>();
  final List<SplitPoller.Result> handedOver = new ArrayList<>();
  boolean crowded;

  @Override
  public void pollAgain(SplitPoller poller, long delayMs) {
    delaysMs.add(delayMs);
  }

  @Override
  public void handOver(SplitPoller.Result result) {
    handedOver.add(result);
  }

  @Override
  public boolean crowded() {
    return crowded;
  }
}
