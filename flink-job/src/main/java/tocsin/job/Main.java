package tocsin.job;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** Entry on Managed Flink, where the SQL comes from the jar and the properties from the service. */
public final class Main {
  static final String JOB_NAME = "tocsin";

  private Main() {}

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    StreamGraph graph = Pipeline.build(env, JobProperties.ofManagedFlink(), sql(null, null));
    graph.setJobName(JOB_NAME);
    env.execute(graph);
  }

  /**
   * The SQL files.
   *
   * @param sqlDirectory another flink-sql/ than that of the jar, or null
   * @param tablesDirectory other tables than those of flink-sql/, or null
   */
  static Pipeline.Sql sql(Path sqlDirectory, Path tablesDirectory) throws IOException {
    return new Pipeline.Sql(
        tablesDirectory == null
            ? folder(sqlDirectory, "tables")
            : SqlFolder.ofDirectory(tablesDirectory),
        folder(sqlDirectory, "views"),
        folder(sqlDirectory, "detectors"));
  }

  private static java.util.List<SqlFolder.SqlFile> folder(Path sqlDirectory, String name) {
    return sqlDirectory == null
        ? SqlFolder.ofJar(name)
        : SqlFolder.ofDirectory(sqlDirectory.resolve(name));
  }
}
