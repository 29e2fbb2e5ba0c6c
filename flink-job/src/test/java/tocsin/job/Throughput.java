package tocsin.job;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import tocsin.functions.Functions;
import tocsin.record.ReadRecord;

/** The jobs that {@code bench:throughput} measures, made of the product's own parts. */
public final class Throughput {
  private static final String READ_RECORDS = "10-read-records.sql";

  private Throughput() {}

  /** The product's job with some of its detectors, or with all of them when none is named. */
  public static StreamGraph job(
      Configuration conf, String properties, Path tables, Set<String> detectors) throws Exception {
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(conf);
    Pipeline.Sql all = Main.sql(null, tables);
    List<SqlFolder.SqlFile> chosen =
        all.detectors().stream()
            .filter(file -> detectors.isEmpty() || detectors.contains(file.name()))
            .toList();
    return Pipeline.build(
        env, JobProperties.ofFile(properties), new Pipeline.Sql(all.tables(), all.views(), chosen));
  }

  /** Reads the records with the product's reader and drops what it read. */
  public static StreamGraph reader(Configuration conf, String properties, Path tables)
      throws Exception {
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(conf);
    JobProperties values = JobProperties.ofFile(properties);
    StreamTableEnvironment sql = StreamTableEnvironment.create(env);
    Pipeline.configure(env, sql);
    sql.createTemporarySystemFunction(
        "READ_RECORD", new ReadRecord(values.text("sources_uri"), values.number("max_ahead_ms")));
    Functions.register(sql);
    Pipeline.Sql files = Main.sql(null, tables);
    for (SqlFolder.SqlFile file : files.tables()) {
      file.text().statements(values.asMap()).forEach(sql::executeSql);
    }
    files.views().stream()
        .filter(file -> file.name().equals(READ_RECORDS))
        .flatMap(file -> file.text().statements(values.asMap()).stream())
        .forEach(sql::executeSql);
    StreamStatementSet statements = sql.createStatementSet();
    statements.addInsertSql("INSERT INTO nothing SELECT * FROM read_records");
    statements.attachAsDataStream();
    return env.getStreamGraph();
  }
}
