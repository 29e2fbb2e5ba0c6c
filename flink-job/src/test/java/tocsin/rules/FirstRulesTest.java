package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tocsin.store.PublishedObject;

@Timeout(30)
class FirstRulesTest {
  private static final String WAITING = "kinesisanalytics.Program.Tocsin.waiting_for_rules";

  @TempDir Path folder;
  private final HeardMetrics metrics = new HeardMetrics();

  @Test
  void waitsForAnObjectThatIsBrokenAtFirstAndShowsIt() throws Exception {
    publish("{\"version\":1,\"rules\":[{\"id\":\"a\",\"high\":\"ten\"}]}");
    CompletableFuture<RuleSet> rules = await(Duration.ofSeconds(20));
    Thread.sleep(1_500);
    assertThat(rules).isNotDone();
    assertThat(metrics.gauge(WAITING)).isEqualTo(1);
    publish("{\"version\":7,\"rules\":[]}");
    assertThat(rules.get(10, TimeUnit.SECONDS).version()).isEqualTo(7);
    assertThat(metrics.gauge(WAITING)).isZero();
  }

  @Test
  void givesUpOnABrokenObjectAndSaysWhatIsWrongWithIt() throws Exception {
    publish("{\"version\":1}");
    assertThatThrownBy(() -> await(Duration.ofMillis(1)).get(10, TimeUnit.SECONDS))
        .rootCause()
        .hasMessageContaining("a list of 'rules'");
    assertThat(metrics.gauge(WAITING)).isEqualTo(1);
  }

  @Test
  void givesUpOnAnObjectThatIsNotThereAndNamesIt() {
    assertThatThrownBy(() -> await(Duration.ofMillis(1)).get(10, TimeUnit.SECONDS))
        .hasMessageContaining("rules.json held no rules");
  }

  private CompletableFuture<RuleSet> await(Duration patience) {
    var first = new FirstRules(PublishedObject.at(rules().toUri().toString()), patience);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return first.await(tocsin.time.JobMetrics.of(metrics));
          } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
          }
        });
  }

  private void publish(String text) throws IOException {
    Files.writeString(rules(), text);
  }

  private Path rules() {
    return folder.resolve("rules.json");
  }
}
