package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardAssignerTest {
  private final ShardAssigner assigner = new ShardAssigner("arn:one");

  @Test
  void givesEachReaderTheSameNumberOfEvenShards() {
    var perSubtask =
        IntStream.range(0, 8)
            .mapToObj(i -> assigner.subtaskFor(Shards.shard(i, i / 8.0), 4))
            .collect(Collectors.groupingBy(subtask -> subtask, Collectors.counting()));
    assertThat(perSubtask).containsOnlyKeys(0, 1, 2, 3).containsValue(2L).hasSize(4);
    assertThat(perSubtask.values()).allMatch(count -> count == 2);
  }

  @Test
  void staysWithinTheParallelismForTheHighestShard() {
    for (int parallelism = 1; parallelism <= 7; parallelism++) {
      assertThat(assigner.subtaskFor(Shards.shard(9, 0.999), parallelism))
          .isBetween(0, parallelism - 1);
    }
  }

  @Test
  void doesNotPutEverySmallStreamOnOneReader() {
    var subtasks =
        IntStream.range(0, 20)
            .mapToObj(i -> new ShardAssigner("arn:" + i).subtaskFor(Shards.shard(0, 0), 4))
            .collect(Collectors.toSet());
    assertThat(subtasks).hasSizeGreaterThan(1);
  }
}
