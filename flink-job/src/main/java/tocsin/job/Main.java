package tocsin.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
   * @param tablesDirectory other tables than those of flink-sql/, of the same columns, or null
   */
  static Pipeline.Sql sql(Path sqlDirectory, Path tablesDirectory) throws IOException {
    List<SqlFolder.SqlFile> tables = new ArrayList<>(folder(sqlDirectory, "columns"));
    tables.addAll(
        tablesDirectory == null
            ? folder(sqlDirectory, "tables")
            : SqlFolder.ofDirectory(tablesDirectory));
    return new Pipeline.Sql(
        tables, folder(sqlDirectory, "views"), folder(sqlDirectory, "detectors"));
  }

  private static List<SqlFolder.SqlFile> folder(Path sqlDirectory, String name) {
    return sqlDirectory == null
        ? SqlFolder.ofJar(name)
        : SqlFolder.ofDirectory(sqlDirectory.resolve(name));
  }
}
