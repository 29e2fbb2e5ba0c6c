package tocsin.rules;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tocsin.store.PublishedObject;
import tocsin.time.JobMetrics;

/**
 * The published rule set as a stream: its text at the start and after each change. An object that
 * cannot be read as rules is refused, counted and told in the log, and the last good one stays in
 * force. Runs with parallelism 1; there is nothing to split, so its only task reads the object.
 */
public final class RulesSource implements Source<String, NoSplit, Void> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(RulesSource.class);

  private final String uri;
  private final long pollMs;

  /**
   * @param pollMs pause between two looks; 0 reads the rules once and ends, for a bounded run
   */
  public RulesSource(String uri, long pollMs) {
    this.uri = uri;
    this.pollMs = pollMs;
  }

  @Override
  public Boundedness getBoundedness() {
    return pollMs == 0 ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<String, NoSplit> createReader(SourceReaderContext context) {
    return new Reader(PublishedObject.at(uri), context);
  }

  @Override
  public SplitEnumerator<NoSplit, Void> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
    return new NoSplit.Enumerator();
  }

  @Override
  public SplitEnumerator<NoSplit, Void> restoreEnumerator(
      SplitEnumeratorContext<NoSplit> context, Void nothing) {
    return new NoSplit.Enumerator();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
    return new NoSplit.Serializer<>();
  }

  @Override
  public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
    return new NoSplit.Serializer<>();
  }

  private final class Reader implements SourceReader<String, NoSplit> {
    private final PublishedObject object;
    private final Counter refused;
    private final Counter unreachable;
    private String knownTag;
    private volatile long rulesVersion;
    private CompletableFuture<Void> nextLook = CompletableFuture.completedFuture(null);

    Reader(PublishedObject object, SourceReaderContext context) {
      this.object = object;
      this.refused = JobMetrics.of(context.metricGroup()).counter("refused_rule_sets");
      this.unreachable = JobMetrics.of(context.metricGroup()).counter("failed_rule_reads");
      JobMetrics.of(context.metricGroup()).gauge("rules_version", () -> rulesVersion);
    }

    @Override
    public void start() {}

    @Override
    public InputStatus pollNext(ReaderOutput<String> output) {
      if (nextLook.isDone()) {
        look(output);
        if (pollMs == 0) {
          return InputStatus.END_OF_INPUT;
        }
        nextLook =
            CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(pollMs, TimeUnit.MILLISECONDS));
      }
      return InputStatus.NOTHING_AVAILABLE;
    }

    private void look(ReaderOutput<String> output) {
      PublishedObject.Version version;
      try {
        version = object.readUnless(knownTag).orElse(null);
      } catch (IOException unreadable) {
        unreachable.inc();
        LOG.warn("The rules stay as they are, because {}", unreadable.getMessage());
        return;
      }
      if (version == null) {
        return;
      }
      knownTag = version.tag();
      try {
        RuleSet rules = RuleSet.parse(version.text());
        LOG.info("Rules version {} read from {}", rules.version(), object);
        output.collect(version.text());
        rulesVersion = rules.version();
      } catch (IOException bad) {
        refused.inc();
        LOG.error("{} was refused, the last good rules stay: {}", object, bad.getMessage());
      }
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
      return List.of();
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return nextLook;
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
      object.close();
    }
  }
}
