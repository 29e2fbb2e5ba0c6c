package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobPropertiesTest {
  @Test
  void readsAFileOfTheShapeThatManagedFlinkWrites(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("p.json"),
            "[{\"PropertyGroupId\":\"tocsin\",\"PropertyMap\":{\"rules_poll_ms\":\"50\"}}]");
    assertThat(JobProperties.ofFile(file.toString()).number("rules_poll_ms")).isEqualTo(50);
  }

  @Test
  void namesTheInputStreams() {
    JobProperties properties =
        JobProperties.of("tocsin", Map.of("inputs", "readings=arn:aws:a/b,other=arn:aws:c"));
    assertThat(properties.inputs())
        .containsExactly(
            new JobProperties.Input("readings", "arn:aws:a/b"),
            new JobProperties.Input("other", "arn:aws:c"));
  }

  @Test
  void namesThePropertyThatIsMissingOrWrong() {
    JobProperties properties = JobProperties.of("tocsin", Map.of("n", "-1", "inputs", "readings"));
    assertThatThrownBy(() -> properties.text("region")).hasMessageContaining("'region'");
    assertThatThrownBy(() -> properties.number("n")).hasMessageContaining("'n'");
    assertThatThrownBy(properties::inputs).hasMessageContaining("name=arn");
  }

  @Test
  void fillsTheStartInstantOnlyWhereNoneIsNeeded() {
    assertThat(startTimestamp(Map.of("start_position", "LATEST")))
        .isEqualTo("1970-01-01T00:00:00.000Z");
    String noon = "2026-01-01T12:00:00.000Z";
    assertThat(startTimestamp(Map.of("start_position", "LATEST", "start_timestamp", noon)))
        .isEqualTo(noon);
    assertThat(startTimestamp(Map.of("start_position", "AT_TIMESTAMP"))).isNull();
  }

  private static String startTimestamp(Map<String, String> values) {
    return JobProperties.of("tocsin", values).asMap().get("start_timestamp");
  }
}
