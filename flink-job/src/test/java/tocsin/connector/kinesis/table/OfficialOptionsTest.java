package tocsin.connector.kinesis.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

/**
 * One SQL for two connectors: no option may be ours alone, but for those that say so by their name
 * and that the SQL names for a warm start only. The list is cited from Apache's page.
 */
class OfficialOptionsTest {
  private static final Pattern OPTION = Pattern.compile("'([a-zA-Z0-9.-]+)'\\s*=\\s*'");

  private final Set<String> official = official();

  @Test
  void theBundledConnectorKnowsNoOptionThatApachesDoesNot() {
    var factory = new KinesisTableFactory();
    var ours =
        Stream.concat(factory.requiredOptions().stream(), factory.optionalOptions().stream())
            .map(ConfigOption::key)
            .filter(key -> !key.startsWith("tocsin."))
            .collect(Collectors.toSet());
    assertThat(ours).hasSizeGreaterThan(15);
    assertThat(official).containsAll(ours);
  }

  @Test
  void theSqlUsesNoOptionThatApachesDoesNotKnow() throws IOException {
    var used = new TreeSet<String>();
    try (Stream<Path> files = Files.list(Path.of("../flink-sql/tables"))) {
      for (Path file : files.toList()) {
        var option = OPTION.matcher(Files.readString(file).replaceAll("(?m)--.*$", ""));
        while (option.find()) {
          used.add(option.group(1));
        }
      }
    }
    assertThat(used).contains("connector", "stream.arn", "source.init.position");
    assertThat(official).containsAll(used);
  }

  private static Set<String> official() {
    try (var list = OfficialOptionsTest.class.getResourceAsStream("/official-options.txt")) {
      List<String> lines = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return lines.stream().filter(line -> !line.startsWith("#")).collect(Collectors.toSet());
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}
