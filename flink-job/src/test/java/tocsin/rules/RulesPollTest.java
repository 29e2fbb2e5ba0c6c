package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tocsin.store.PublishedObject;
import tocsin.time.JobMetrics;

/** What the looks at the published rules find and count. */
@Timeout(30)
class RulesPollTest {
  private static final String GROUP = "kinesisanalytics.Program.Tocsin.";

  @TempDir Path folder;
  private final HeardMetrics metrics = new HeardMetrics();
  private Path rules;
  private RulesPoll poll;

  @BeforeEach
  void open() {
    rules = folder.resolve("rules.json");
    poll = new RulesPoll(PublishedObject.at(rules.toUri().toString()), JobMetrics.of(metrics));
  }

  @AfterEach
  void close() {
    poll.close();
  }

  @Test
  void givesEachVersionOnceAndShowsTheOneInForce() throws Exception {
    publish("{\"version\":41,\"rules\":[]}");
    poll.look();
    poll.look();
    RuleSet first = poll.takeNew();
    assertThat(first.version()).isEqualTo(41);
    assertThat(poll.takeNew()).isNull();
    poll.inForce(first);
    assertThat(metrics.gauge(GROUP + "rules_version")).isEqualTo(41);
    publish("{\"version\":412,\"rules\":[]}");
    poll.look();
    assertThat(metrics.gauge(GROUP + "rules_version")).isEqualTo(41);
    poll.inForce(poll.takeNew());
    assertThat(metrics.gauge(GROUP + "rules_version")).isEqualTo(412);
    assertThat(metrics.count(GROUP + "refused_rule_sets")).isZero();
    assertThat(metrics.count(GROUP + "failed_rule_reads")).isZero();
  }

  @Test
  void givesOnlyTheNewestOfTwoThatNobodyTookBetween() throws Exception {
    publish("{\"version\":1,\"rules\":[]}");
    poll.look();
    publish("{\"version\":12,\"rules\":[]}");
    poll.look();
    assertThat(poll.takeNew().version()).isEqualTo(12);
    assertThat(poll.takeNew()).isNull();
  }

  @Test
  void countsABrokenObjectOnceAndGivesNothing() throws Exception {
    publish("{\"version\":42,\"rules\":");
    poll.look();
    poll.look();
    assertThat(metrics.count(GROUP + "refused_rule_sets")).isEqualTo(1);
    publish("{\"version\":\"42\",\"rules\":[]}");
    poll.look();
    assertThat(metrics.count(GROUP + "refused_rule_sets")).isEqualTo(2);
    assertThat(poll.takeNew()).isNull();
  }

  @Test
  void countsEveryLookThatFindsNoObject() {
    poll.look();
    poll.look();
    assertThat(metrics.count(GROUP + "failed_rule_reads")).isEqualTo(2);
    assertThat(poll.takeNew()).isNull();
  }

  @Test
  void looksBySelfAndGoesOnAfterAFault() throws Exception {
    poll.start(20);
    while (metrics.count(GROUP + "failed_rule_reads") == 0) {
      Thread.sleep(10);
    }
    publish("{\"version\":7,\"rules\":[]}");
    RuleSet found = null;
    while (found == null) {
      Thread.sleep(10);
      found = poll.takeNew();
    }
    assertThat(found.version()).isEqualTo(7);
  }

  private void publish(String text) throws Exception {
    Files.writeString(rules, text);
  }
}
