package tocsin.connector.kinesis.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Runs asynchronous calls at once, and periodic ones whenever the test says so. */
final class FakeEnumeratorContext implements SplitEnumeratorContext<ShardSplit> {
  final Map<Integer, List<ShardSplit>> assigned = new HashMap<>();
  private final Map<Integer, ReaderInfo> readers = new HashMap<>();
  private final int parallelism;
  private Runnable periodic = () -> {};

  FakeEnumeratorContext(int parallelism) {
    this.parallelism = parallelism;
  }

  void register(int subtask) {
    readers.put(subtask, new ReaderInfo(subtask, "localhost"));
  }

  void runPeriodicCall() {
    periodic.run();
  }

  List<String> assignedIds() {
    return assigned.values().stream()
        .flatMap(List::stream)
        .map(ShardSplit::shardId)
        .sorted()
        .toList();
  }

  @Override
  public SplitEnumeratorMetricGroup metricGroup() {
    return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
  }

  @Override
  public void sendEventToSourceReader(int subtask, SourceEvent event) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int currentParallelism() {
    return parallelism;
  }

  @Override
  public Map<Integer, ReaderInfo> registeredReaders() {
    return readers;
  }

  @Override
  public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
    assignment
        .assignment()
        .forEach(
            (subtask, splits) ->
                assigned.computeIfAbsent(subtask, key -> new ArrayList<>()).addAll(splits));
  }

  @Override
  public void signalNoMoreSplits(int subtask) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
    T value;
    try {
      value = callable.call();
    } catch (Exception error) {
      handler.accept(null, error);
      return;
    }
    handler.accept(value, null);
  }

  @Override
  public <T> void callAsync(
      Callable<T> callable, BiConsumer<T, Throwable> handler, long delayMs, long periodMs) {
    periodic = () -> callAsync(callable, handler);
  }

  @Override
  public void runInCoordinatorThread(Runnable work) {
    work.run();
  }
}
