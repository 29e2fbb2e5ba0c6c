package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the source says and counts, look by look. */
class RulesSourceTest {
  private static final String GROUP = "kinesisanalytics.Program.Tocsin.";
  private static final long POLL_MS = 1;

  @TempDir Path folder;
  private final HeardMetrics metrics = new HeardMetrics();
  private final Texts said = new Texts();
  private Path rules;
  private SourceReader<String, NoSplit> reader;

  @BeforeEach
  void open() throws Exception {
    rules = folder.resolve("rules.json");
    reader = new RulesSource(rules.toUri().toString(), POLL_MS).createReader(new Context(metrics));
    reader.start();
  }

  @AfterEach
  void close() throws Exception {
    reader.close();
  }

  @Test
  void saysEachVersionOnceAndShowsWhichOneIsInForce() throws Exception {
    publish("{\"version\":41,\"rules\":[]}");
    look();
    look();
    assertThat(said.texts).hasSize(1);
    assertThat(metrics.gauge(GROUP + "rules_version")).isEqualTo(41);
    publish("{\"version\":412,\"rules\":[]}");
    look();
    assertThat(said.texts).hasSize(2);
    assertThat(metrics.gauge(GROUP + "rules_version")).isEqualTo(412);
    assertThat(metrics.count(GROUP + "refused_rule_sets")).isZero();
    assertThat(metrics.count(GROUP + "failed_rule_reads")).isZero();
  }

  @Test
  void countsABrokenObjectOnceAndKeepsTheVersionInForce() throws Exception {
    publish("{\"version\":41,\"rules\":[]}");
    look();
    publish("{\"version\":42,\"rules\":");
    look();
    look();
    assertThat(metrics.count(GROUP + "refused_rule_sets")).isEqualTo(1);
    publish("{\"version\":\"42\",\"rules\":[]}");
    look();
    assertThat(metrics.count(GROUP + "refused_rule_sets")).isEqualTo(2);
    assertThat(metrics.gauge(GROUP + "rules_version")).isEqualTo(41);
    assertThat(said.texts).hasSize(1);
  }

  @Test
  void countsEveryLookThatFindsNoObject() throws Exception {
    look();
    look();
    assertThat(metrics.count(GROUP + "failed_rule_reads")).isEqualTo(2);
    assertThat(metrics.gauge(GROUP + "rules_version")).isZero();
    assertThat(said.texts).isEmpty();
  }

  private void look() throws Exception {
    reader.isAvailable().get(10, TimeUnit.SECONDS);
    reader.pollNext(said);
  }

  private void publish(String text) throws Exception {
    Files.writeString(rules, text);
  }

  private record Context(SourceReaderMetricGroup metricGroup) implements SourceReaderContext {
    @Override
    public Configuration getConfiguration() {
      return new Configuration();
    }

    @Override
    public String getLocalHostName() {
      return "localhost";
    }

    @Override
    public int getIndexOfSubtask() {
      return 0;
    }

    @Override
    public void sendSplitRequest() {}

    @Override
    public void sendSourceEventToCoordinator(SourceEvent event) {}

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
      return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
    }
  }

  private static final class Texts implements ReaderOutput<String> {
    private final List<String> texts = new ArrayList<>();

    @Override
    public void collect(String text) {
      texts.add(text);
    }

    @Override
    public void collect(String text, long timestampMs) {
      texts.add(text);
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}

    @Override
    public SourceOutput<String> createOutputForSplit(String splitId) {
      return this;
    }

    @Override
    public void releaseOutputForSplit(String splitId) {}
  }
}
