package tocsin.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.OutputTag;
import tocsin.functions.Functions;
import tocsin.record.ReadRecord;
import tocsin.replay.ReplayClock;
import tocsin.replay.ReplaySource;
import tocsin.rules.Ruled;
import tocsin.rules.RuledReading;
import tocsin.rules.RuledType;
import tocsin.rules.RulesJoin;
import tocsin.rules.RulesJoinOperator;
import tocsin.rules.WindowSlices;
import tocsin.time.RecordColumns;
import tocsin.time.SplitRecords;
import tocsin.time.WarmWatermarks;

/**
 * Builds the job from SQL files: tables, then views, then each detector's INSERTs, all in one job.
 *
 * <p>A table file named {@code *.each-input.sql} is run once for each input stream, with {@code
 * ${input_name}} and {@code ${input_stream_arn}}; it makes the table {@code records_<input_name>},
 * and the runner makes the view {@code records} of all of them; with the property {@code
 * replay_file} it makes it of that file. When the view {@code read_records} exists, the runner
 * makes {@code rejected_records} of it and, for each kind of rule, {@code <kind>_rows}.
 */
public final class Pipeline {
  private static final String EACH_INPUT = ".each-input.sql";
  private static final String RECORDS = "records";
  private static final String READ_RECORDS = "read_records";
  private static final String REJECTED_RECORDS = "rejected_records";
  private static final Pattern VIEW =
      Pattern.compile("CREATE TEMPORARY VIEW (\\w+) AS\\s+(.*)", Pattern.DOTALL);

  /**
   * Of a backtest: the file of records, the clock at its end, and where the clock's way is told.
   */
  private static final String REPLAY_FILE = "replay_file";

  private static final String REPLAY_UNTIL_MS = "replay_until_ms";
  private static final String REPLAY_CLOCK_FILE = "replay_clock_file";
  private static final long DEFAULT_IDLE_TIMEOUT_MS = 5_000;

  private final StreamExecutionEnvironment env;
  private final StreamTableEnvironment tables;
  private final JobProperties properties;
  private final OperatorIds ids = new OperatorIds();

  private Pipeline(StreamExecutionEnvironment env, JobProperties properties) {
    this.env = env;
    this.properties = properties;
    this.tables = StreamTableEnvironment.create(env);
    configure(env, tables);
    tables.createTemporarySystemFunction(
        "READ_RECORD",
        new ReadRecord(properties.text("sources_uri"), properties.number("max_ahead_ms")));
    Functions.register(tables);
  }

  /** Adds the whole job to {@code env}, and returns its graph; the caller runs it. */
  public static StreamGraph build(
      StreamExecutionEnvironment env, JobProperties properties, Sql sql) {
    Pipeline pipeline = new Pipeline(env, properties);
    pipeline.createTables(sql.tables());
    pipeline.createViews(sql.views());
    pipeline.startDetectors(sql.detectors());
    return SharedExchange.graphOf(env);
  }

  /** Sets options; Managed Flink refuses those that it does not list (docs/unproven.md). */
  static void configure(StreamExecutionEnvironment env, StreamTableEnvironment tables) {
    // No operator of this job changes a row that it was given or keeps one, so chained operators
    // need no copies of their own.
    env.getConfig().enableObjectReuse();
    tables.getConfig().set("table.local-time-zone", "UTC");
    // A first phase beside each reader would keep a silent reader's part of a window until its own
    // time moves; where another reader's time is ahead, that part is late by then, and lost.
    tables.getConfig().set("table.optimizer.agg-phase-strategy", "ONE_PHASE");
    // Flink cuts longer methods, whose parts pass everything through fields. The JVM compiles no
    // method of more than 8,000 bytes; of this text they are a third.
    tables.getConfig().set("table.generated-code.max-length", "16000");
  }

  private void createTables(List<SqlFolder.SqlFile> files) {
    if (isReplay()) {
      replayRecords();
    }
    for (SqlFolder.SqlFile file : files) {
      if (!file.name().endsWith(EACH_INPUT)) {
        execute(file, properties.asMap());
        continue;
      }
      List<String> selects = new ArrayList<>();
      for (JobProperties.Input input : properties.inputs()) {
        execute(file, properties.of(input));
        selects.add(
            "SELECT *, STREAM_NAME('%1$s') AS `stream` FROM `records_%1$s`"
                .formatted(input.name()));
      }
      tables.executeSql(
          "CREATE TEMPORARY VIEW " + RECORDS + " AS " + String.join(" UNION ALL ", selects));
    }
  }

  private boolean isReplay() {
    return properties.asMap().containsKey(REPLAY_FILE);
  }

  /** The view {@code records} of a file, in place of the input streams. */
  private void replayRecords() {
    DataType type = ReplaySource.type();
    DataStream<RowData> replayed =
        env.fromSource(
                new ReplaySource(properties.text(REPLAY_FILE)),
                WatermarkStrategy.noWatermarks(),
                "replay",
                typeInfo(type))
            .setParallelism(1);
    tables.createTemporaryView(RECORDS, replayed, schemaOf(type));
  }

  private void createViews(List<SqlFolder.SqlFile> files) {
    for (SqlFolder.SqlFile file : files) {
      execute(file, properties.asMap());
      if (List.of(tables.listViews()).contains(READ_RECORDS)
          && !List.of(tables.listViews()).contains(REJECTED_RECORDS)) {
        joinRules(tables.from(READ_RECORDS));
      }
    }
  }

  /** Each file becomes operators with ids of its own: another detector changes none of them. */
  private void startDetectors(List<SqlFolder.SqlFile> files) {
    for (SqlFolder.SqlFile file : files) {
      StreamStatementSet detector = tables.createStatementSet();
      file.text().statements(properties.asMap()).forEach(detector::addInsertSql);
      detector.attachAsDataStream();
      ids.assign(file.name().replace(".sql", ""), env);
    }
  }

  private void execute(SqlFolder.SqlFile file, Map<String, String> values) {
    file.text().statements(values).forEach(this::execute);
  }

  /**
   * Flink writes the text of a view anew, and puts a name before MATCH_RECOGNIZE that it cannot
   * read again. So such a view is made from its query.
   */
  private void execute(String statement) {
    Matcher view = VIEW.matcher(statement);
    if (statement.contains("MATCH_RECOGNIZE") && view.matches()) {
      tables.createTemporaryView(view.group(1), tables.sqlQuery(view.group(2)));
    } else {
      tables.executeSql(statement);
    }
  }

  /** From records to the rows of each kind of rule and the rejects: what SQL cannot say. */
  private void joinRules(Table read) {
    DataType type = read.getResolvedSchema().toPhysicalRowDataType().bridgedTo(RowData.class);
    RecordColumns columns = new RecordColumns(read.getResolvedSchema().getColumnNames());
    OutputTag<RowData> rejects = new OutputTag<>("rejects", typeInfo(type));
    long idleTimeoutMs = properties.numberOr("idle_timeout_ms", DEFAULT_IDLE_TIMEOUT_MS);
    long rulesPollMs = properties.number("rules_poll_ms");
    boolean clockMovesTime = rulesPollMs > 0;
    String rulesUri = properties.text("rules_uri");

    DataStream<RowData> records = tables.toDataStream(read, type);
    ids.assign(READ_RECORDS, env);
    SingleOutputStreamOperator<RowData> timed =
        isReplay()
            ? records.transform(
                "replay-clock",
                typeInfo(type),
                new ReplayClock(
                    columns,
                    idleTimeoutMs,
                    properties.number(REPLAY_UNTIL_MS),
                    properties.text(REPLAY_CLOCK_FILE)))
            : records.assignTimestampsAndWatermarks(
                WarmWatermarks.strategy(columns, idleTimeoutMs, clockMovesTime));
    SingleOutputStreamOperator<RowData> readings =
        timed
            .uid("watermarks")
            .name("watermarks")
            .process(new SplitRecords(columns, rejects))
            .returns(typeInfo(RuledReading.readingType()))
            .uid("split-records")
            .name("split-records");
    SingleOutputStreamOperator<Ruled> ruled =
        bySubject(readings)
            .transform(
                SharedExchange.RULES_JOIN,
                new RuledType(),
                new RulesJoinOperator(new RulesJoin(rulesUri, rulesPollMs)))
            .uid(SharedExchange.RULES_JOIN);
    RuledViews.create(tables, ruled, slices());
    tables.createTemporaryView(REJECTED_RECORDS, readings.getSideOutput(rejects), schemaOf(type));
  }

  private WindowSlices slices() {
    return new WindowSlices(
        1_000 * properties.number("tumbling_seconds"), 1_000 * properties.number("hop_seconds"));
  }

  /**
   * Sent so that all of one subject comes to one task, which is where its rows are judged. The join
   * itself has no state by key.
   */
  private DataStream<RowData> bySubject(DataStream<RowData> readings) {
    return new DataStream<>(
        env, readings.keyBy(RuledReading::hashOf, Types.INT).getTransformation());
  }

  private static Schema schemaOf(DataType type) {
    return Schema.newBuilder().fromRowDataType(DataTypes.of(type.getLogicalType())).build();
  }

  private static InternalTypeInfo<RowData> typeInfo(DataType type) {
    return InternalTypeInfo.of(type.getLogicalType());
  }

  /** The three folders of flink-sql/. */
  public record Sql(
      List<SqlFolder.SqlFile> tables,
      List<SqlFolder.SqlFile> views,
      List<SqlFolder.SqlFile> detectors) {}
}
