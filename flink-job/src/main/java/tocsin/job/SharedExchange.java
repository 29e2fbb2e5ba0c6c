package tocsin.job;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;

/**
 * Lets the rows of a reading stay in the task that the reading was sent to. Flink's SQL sends rows
 * by key before each operator with keyed state, once a rule: written, copied and read again, which
 * costs more than to judge them. Readings come to the rules join by what they are of, and {@code
 * series} names keys that belong to the same task ({@link tocsin.rules.Series}): so there is
 * nothing to send.
 *
 * <p>Only for operators that judge in the order of arrival, and windows, which write each row down:
 * others that wait for the watermark keep the rows that they are given, and within one task Flink
 * gives them the same object each time.
 *
 * <p>They are known by how Flink describes them, so the view of such a step must select {@code
 * proc_time}: a column that is only ordered by gets a number for a name.
 */
final class SharedExchange {
  static final String RULES_JOIN = "rules-join";

  /** How Flink describes an operator that judges rows of a series and keeps none of them. */
  private static final List<String> IN_PLACE =
      List.of(
          "OverAggregate(partitionBy=[series], orderBy=[proc_time ",
          "WindowAggregate(groupBy=[series], ");

  private SharedExchange() {}

  /** The graph of the job that was built on {@code env}. */
  static StreamGraph graphOf(StreamExecutionEnvironment env) {
    Map<Integer, List<String>> columns = new HashMap<>();
    env.getTransformations().forEach(root -> addColumns(root, columns));
    StreamGraph graph = env.getStreamGraph();
    // What comes before first: the graph gives them in the order of a hash table.
    List<StreamNode> nodes =
        graph.getStreamNodes().stream().sorted(Comparator.comparingInt(StreamNode::getId)).toList();
    for (StreamNode node : nodes) {
      String does = node.getOperatorDescription();
      if (does != null && IN_PLACE.stream().anyMatch(does::contains)) {
        for (StreamEdge edge : node.getInEdges()) {
          if (edge.getPartitioner() instanceof KeyGroupStreamPartitioner
              && staysInPlace(graph, edge)) {
            edge.setPartitioner(new ForwardPartitioner<>());
            SeriesStep.use(graph, node, columns.get(node.getId()));
          }
        }
      }
    }
    return graph;
  }

  /** By the operators' ids: the names of the columns of their input. */
  private static void addColumns(Transformation<?> operator, Map<Integer, List<String>> columns) {
    if (columns.containsKey(operator.getId())) {
      return;
    }
    if (operator instanceof OneInputTransformation<?, ?> one
        && one.getInputType() instanceof InternalTypeInfo<?> rows) {
      columns.put(one.getId(), rows.toRowType().getFieldNames());
    }
    operator.getInputs().forEach(input -> addColumns(input, columns));
  }

  /** True when the rows of an edge come from the rules join without being sent in between. */
  private static boolean staysInPlace(StreamGraph graph, StreamEdge edge) {
    StreamNode from = graph.getStreamNode(edge.getSourceId());
    if (RULES_JOIN.equals(from.getTransformationUID())) {
      return true;
    }
    List<StreamEdge> before = from.getInEdges();
    return before.size() == 1
        && before.get(0).getPartitioner() instanceof ForwardPartitioner
        && staysInPlace(graph, before.get(0));
  }
}
