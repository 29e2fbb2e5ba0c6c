package tocsin.rules;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tocsin.store.PublishedObject;

/**
 * The wait of a job that starts without rules. An object that is not there yet and one that cannot
 * be read as rules are waited for alike: the next publication may mend either. No reading is taken
 * meanwhile, they stay in the stream. The gauge {@code waiting_for_rules} is 1 for so long; after
 * the patience the job fails with the reason, so that a wait without end shows as restarts.
 */
final class FirstRules {
  private static final Logger LOG = LoggerFactory.getLogger(FirstRules.class);
  private static final long LOOK_MS = 1_000;

  private final PublishedObject published;
  private final Duration patience;
  private volatile int waiting;

  FirstRules(PublishedObject published, Duration patience) {
    this.published = published;
    this.patience = patience;
  }

  /**
   * Waits for the first object that holds rules.
   *
   * @throws IOException that names the object and says what is wrong with it, after the patience
   */
  RuleSet await(MetricGroup metrics) throws IOException, InterruptedException {
    metrics.gauge("waiting_for_rules", () -> waiting);
    waiting = 1;
    long deadline = System.nanoTime() + patience.toNanos();
    String refusedTag = null;
    IOException fault = null;
    while (true) {
      try {
        Optional<PublishedObject.Version> version = published.readUnless(refusedTag);
        if (version.isPresent()) {
          refusedTag = version.get().tag();
          RuleSet rules = RuleSet.parse(version.get().text());
          waiting = 0;
          return rules;
        }
      } catch (IOException notYet) {
        if (fault == null || !String.valueOf(fault.getMessage()).equals(notYet.getMessage())) {
          LOG.error(
              "No reading is judged until {} holds rules that can be read: {}",
              published,
              notYet.getMessage());
        }
        fault = notYet;
      }
      if (System.nanoTime() >= deadline) {
        throw new IOException(
            "%s held no rules that can be read for %d s: %s"
                .formatted(
                    published,
                    patience.toSeconds(),
                    fault == null ? "nothing was read" : fault.getMessage()),
            fault);
      }
      Thread.sleep(LOOK_MS);
    }
  }
}
