package tocsin.rules;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tocsin.store.PublishedObject;

/**
 * Looks at the published rules again and again, beside the task that judges by them, which takes
 * what was found when it comes to its next reading. An object that cannot be read as rules is
 * refused, counted and told in the log, and the last good one stays in force.
 */
final class RulesPoll implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RulesPoll.class);

  private final PublishedObject object;
  private final Counter refused;
  private final Counter unreachable;
  private final AtomicReference<RuleSet> found = new AtomicReference<>();
  private ScheduledExecutorService looking;
  private String knownTag;
  private volatile long rulesVersion;

  RulesPoll(PublishedObject object, MetricGroup metrics) {
    this.object = object;
    this.refused = metrics.counter("refused_rule_sets", new ThreadSafeSimpleCounter());
    this.unreachable = metrics.counter("failed_rule_reads", new ThreadSafeSimpleCounter());
    metrics.gauge("rules_version", () -> rulesVersion);
  }

  /** Looks from now on in a thread of its own; the tasks of a job do not all look at one moment. */
  void start(long pollMs) {
    looking =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "rules-poll");
              thread.setDaemon(true);
              return thread;
            });
    long first = ThreadLocalRandom.current().nextLong(Math.min(pollMs, 1_000));
    looking.scheduleWithFixedDelay(this::look, first, pollMs, TimeUnit.MILLISECONDS);
  }

  /** The rules that were found since the last call, or null. Costs one read of memory. */
  RuleSet takeNew() {
    return found.get() == null ? null : found.getAndSet(null);
  }

  /** Says which rules are in force, for the metric. */
  void inForce(RuleSet rules) {
    rulesVersion = rules.version();
  }

  /** One look. Whatever fails, the next look comes. */
  void look() {
    PublishedObject.Version version;
    try {
      version = object.readUnless(knownTag).orElse(null);
    } catch (IOException | RuntimeException unreadable) {
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
      found.set(rules);
    } catch (IOException | RuntimeException bad) {
      refused.inc();
      LOG.error("{} was refused, the last good rules stay: {}", object, bad.getMessage());
    }
  }

  @Override
  public void close() {
    if (looking != null) {
      looking.shutdownNow();
    }
    object.close();
  }
}
