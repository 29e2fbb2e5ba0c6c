package tocsin.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every folder of test/flink-sql on a real Flink; {@code -Dcase=drift|flat} runs some of them. */
class SqlCasesTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  @TempDir Path out;

  @TestFactory
  List<DynamicTest> cases() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("../test/flink-sql"))) {
      return folders
          .filter(Files::isDirectory)
          .filter(
              folder ->
                  folder
                      .getFileName()
                      .toString()
                      .matches(".*(" + System.getProperty("case", "") + ").*"))
          .sorted()
          .map(
              folder -> {
                String name = folder.getFileName().toString();
                return DynamicTest.dynamicTest(
                    name.replace('-', ' '),
                    () ->
                        new SqlCase(folder.toAbsolutePath().normalize(), out.resolve(name)).run());
              })
          .toList();
    }
  }
}
