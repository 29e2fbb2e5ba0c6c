package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.junit.jupiter.api.Test;

/** The ids by which state is found again. */
class OperatorIdsTest {
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("run", "ids"),
          Map.entry("sources_uri", "file:///none"),
          Map.entry("rules_uri", "file:///none"),
          Map.entry("archive_path", "file:///tmp"),
          Map.entry("rules_poll_ms", "50"),
          Map.entry("anomaly_threshold_multiplier", "3"),
          Map.entry("deviation_rows", "20"),
          Map.entry("max_novelty_keys", "1000"),
          Map.entry("tumbling_seconds", "10"),
          Map.entry("hopping_seconds", "20"),
          Map.entry("hop_seconds", "10"),
          Map.entry("max_ahead_ms", "300000"));

  @Test
  void theSameSqlGetsTheSameIdsAgain() throws Exception {
    assertThat(ids(LiveJob.productSql(), SETTINGS)).isEqualTo(ids(LiveJob.productSql(), SETTINGS));
  }

  @Test
  void anAddedDetectorChangesNoIdOfTheOthers() throws Exception {
    Pipeline.Sql product = LiveJob.productSql();
    String text =
        "INSERT INTO rejects SELECT reason, detail, stream, source, '', '', '', ''"
            + " FROM rejected_records WHERE source = 'x';";
    List<SqlFolder.SqlFile> detectors = new ArrayList<>(product.detectors());
    detectors.add(
        0,
        new SqlFolder.SqlFile(
            "added.sql", new SqlText("added.sql", text.replace("stream", "`stream`"))));
    Set<String> with =
        ids(new Pipeline.Sql(product.tables(), product.views(), detectors), SETTINGS);
    assertThat(with)
        .containsAll(ids(product, SETTINGS))
        .hasSizeGreaterThan(ids(product, SETTINGS).size());
  }

  @Test
  void aDetectorThatDoesSomethingElseGetsOtherIdsAndTheRestKeepTheirs() throws Exception {
    Map<String, String> wider = new HashMap<>(SETTINGS);
    wider.put("deviation_rows", "30");
    Set<String> before = ids(LiveJob.productSql(), SETTINGS);
    Set<String> changed = new HashSet<>(ids(LiveJob.productSql(), wider));
    changed.removeAll(before);
    assertThat(changed).isNotEmpty().allMatch(id -> id.startsWith("deviation-"));
  }

  @Test
  void theRowsOfAReadingStayInOneTaskWhereTheyAreJudgedInTheOrderOfArrivalOrInWindows()
      throws Exception {
    assertThat(judgesInPlace(graph(LiveJob.productSql(), SETTINGS)))
        .containsExactlyInAnyOrder(
            "deviation", "drift", "flat", "limits", "rate", "seasonal", "sustained", "window");
  }

  @Test
  void whereTheyAreJudgedInTheOrderOfArrivalOurStepDoesSo() throws Exception {
    assertThat(ourSteps(LiveJob.productSql()).keySet())
        .containsExactlyInAnyOrder(
            "deviation", "drift", "flat", "limits", "rate", "seasonal", "sustained");
  }

  @Test
  void ourStepTellsOnlyAlarmsWhereSqlTakesNothingElse() throws Exception {
    Pipeline.Sql product = LiveJob.productSql();
    List<SqlFolder.SqlFile> detectors = new ArrayList<>(product.detectors());
    String alarms = "(judged.`now` > 0 OR judged.earlier > 0)";
    detectors.add(taking("alarms", alarms));
    detectors.add(taking("fewer", alarms + " AND `value` > 1"));
    detectors.add(taking("more", alarms + " OR `value` > 1"));
    detectors.add(taking("other", "`value` > 1"));
    detectors.add(taking("both", alarms, "`value` > 1"));
    Map<String, Boolean> tellOnlyAlarms =
        ourSteps(new Pipeline.Sql(product.tables(), product.views(), detectors));
    assertThat(tellOnlyAlarms)
        .containsEntry("alarms", true)
        .containsEntry("fewer", true)
        .containsEntry("more", false)
        .containsEntry("other", false)
        .containsEntry("both", false);
    tellOnlyAlarms.keySet().removeAll(List.of("alarms", "fewer", "more", "other", "both"));
    assertThat(tellOnlyAlarms).isNotEmpty();
    tellOnlyAlarms.forEach(
        (file, onlyAlarms) -> assertThat(onlyAlarms).as(file).isEqualTo(!file.equals("sustained")));
  }

  /** A file that takes such rows of {@code limits_history}, those of each condition by itself. */
  private static SqlFolder.SqlFile taking(String name, String... conditions) {
    String insert =
        "INSERT INTO rejects SELECT '', CAST(judged.`now` AS STRING), '', '', '', '', '', ''"
            + " FROM limits_history WHERE ";
    String text = insert + String.join("; " + insert, conditions) + ";";
    return new SqlFolder.SqlFile(name + ".sql", new SqlText(name + ".sql", text));
  }

  /** By the file that each of our steps is of: whether it tells only alarms. */
  private static Map<String, Boolean> ourSteps(Pipeline.Sql sql) throws Exception {
    Map<String, Boolean> ours = new HashMap<>();
    for (StreamNode node : graph(sql, SETTINGS).getStreamNodes()) {
      if (node.getOperatorFactory() instanceof SimpleOperatorFactory<?> factory
          && factory.getOperator() instanceof SeriesStep step) {
        ours.put(file(node), step.tellsOnlyAlarms());
      }
    }
    return ours;
  }

  /** Flink's planner likes to put one there, which copies every text of every reading. */
  @Test
  void noStepOfSqlComesBehindTheReader() throws Exception {
    StreamGraph graph = graph(LiveJob.productSql(), SETTINGS);
    List<String> behind =
        graph.getStreamNodes().stream()
            .filter(node -> String.valueOf(node.getOperatorDescription()).contains("[READ_RECORD("))
            .flatMap(node -> node.getOutEdges().stream())
            .map(edge -> graph.getStreamNode(edge.getTargetId()).getOperatorName())
            .toList();
    assertThat(behind).isNotEmpty().allMatch(name -> name.startsWith("TableToDataStream"));
  }

  /** A graph keeps its nodes in a hash table, whose order begins anew where the numbers wrap. */
  @Test
  void theyStayWhateverNumbersFlinkGivesTheOperators() throws Exception {
    int before = Transformation.getNewNodeId();
    StreamGraph first = graph(LiveJob.productSql(), SETTINGS);
    int second =
        first.getStreamNodes().stream()
            .filter(node -> judgesSeries(node) && file(node).equals("window"))
            .mapToInt(node -> node.getId() - before)
            .max()
            .orElseThrow();
    int table = Integer.highestOneBit(first.getStreamNodes().size() * 4 / 3) * 2;
    // Of two judges in a row the first, of windows, then ends the table, and the second begins it.
    while ((Transformation.getNewNodeId() + second) % table != 0) {}
    assertThat(judgesInPlace(graph(LiveJob.productSql(), SETTINGS))).contains("window");
  }

  private static Set<String> judgesInPlace(StreamGraph graph) {
    Set<String> sent = new HashSet<>();
    Set<String> kept = new HashSet<>();
    for (StreamNode node : graph.getStreamNodes()) {
      for (StreamEdge edge : node.getInEdges()) {
        boolean isSent = edge.getPartitioner() instanceof KeyGroupStreamPartitioner;
        if (judgesSeries(node)) {
          (isSent ? sent : kept).add(file(node));
        }
      }
    }
    assertThat(sent).isEmpty();
    return kept;
  }

  private static boolean judgesSeries(StreamNode node) {
    String does = String.valueOf(node.getOperatorDescription());
    return does.contains("(partitionBy=[series], orderBy=[proc_time ")
        || does.contains("WindowAggregate(groupBy=[series], ");
  }

  private static String file(StreamNode node) {
    return node.getTransformationUID().split("-")[0];
  }

  private static StreamGraph graph(Pipeline.Sql sql, Map<String, String> settings)
      throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    return Pipeline.build(env, JobProperties.of("tocsin", settings), sql);
  }

  private static Set<String> ids(Pipeline.Sql sql, Map<String, String> settings) throws Exception {
    Set<String> ids = new HashSet<>();
    for (StreamNode node : graph(sql, settings).getStreamNodes()) {
      ids.add(String.valueOf(node.getTransformationUID()));
    }
    assertThat(ids).doesNotContain("null");
    return ids;
  }
}
