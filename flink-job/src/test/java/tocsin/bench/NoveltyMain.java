package tocsin.bench;

import com.amazon.randomcutforest.RandomCutForest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.graph.StreamGraph;
import tocsin.job.Throughput;
import tocsin.novelty.Forests;

/**
 * One measurement of {@code bench:novelty} in a JVM of its own. Last line of standard output is
 * JSON: of {@code forests} as of {@link ThroughputMain}, of {@code heap} {@code {"heap_bytes":n}}
 * after collections of garbage, with the models.
 *
 * <pre>
 * forests KEYS WARM_UP_RECORDS MAX_SECONDS
 * heap    DIRECTORY PROPERTIES TABLES DETECTOR KEY=VALUE…
 * </pre>
 */
public final class NoveltyMain {
  /** Most that one run may take until every record has been judged. */
  private static final int LONGEST_SECONDS = 1_500;

  private static final int IDLE_SECONDS = 5;
  private static final double IDLE_SHARE_OF_A_CORE = 0.1;

  private NoveltyMain() {}

  public static void main(String[] args) throws Exception {
    System.setProperty("log4j2.configurationFile", "classpath:embedded-log4j2.properties");
    switch (args[0]) {
      case "forests" -> {
        Progress.begin(Long.parseLong(args[2]), Double.parseDouble(args[3]));
        forests(Integer.parseInt(args[1]));
        System.out.printf(
            "{\"records\":%d,\"seconds\":%.3f,\"cpu_seconds\":%.3f}%n",
            Progress.measuredRecords(), Progress.measuredSeconds(), Progress.measuredCpuSeconds());
      }
      case "heap" -> heap(args);
      default -> throw new IllegalArgumentException("unknown measurement " + args[0]);
    }
    System.exit(0);
  }

  /**
   * Nothing but the library: each key's two forests score and learn, one thread a slot of the job.
   */
  private static void forests(int keys) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int shard = 0; shard < ShardFiles.SHARDS; shard++) {
      int offset = shard;
      Thread thread = new Thread(() -> forestsOf(offset, keys));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void forestsOf(int offset, int keys) {
    List<RandomCutForest[]> forests = new ArrayList<>();
    for (int key = offset; key < keys; key += ShardFiles.SHARDS) {
      forests.add(new RandomCutForest[] {Forests.single(1), Forests.run(1)});
    }
    SplittableRandom random = new SplittableRandom(offset);
    double sum = 0;
    for (long record = 0; !Progress.isOver(); record++) {
      float[] value = {(float) random.nextGaussian()};
      for (RandomCutForest forest : forests.get((int) (record % forests.size()))) {
        sum += forest.getAnomalyScore(value);
        forest.update(value);
      }
      Progress.add(1);
    }
    if (sum == 0) {
      throw new IllegalStateException("no forest gave a score");
    }
  }

  private static void heap(String[] args) throws Exception {
    Map<String, String> options = new TreeMap<>();
    options.put("parallelism.default", String.valueOf(ShardFiles.SHARDS));
    for (int i = 5; i < args.length; i++) {
      String[] option = args[i].split("=", 2);
      options.put(option[0], option[1]);
    }
    Progress.begin(Long.MAX_VALUE, Double.MAX_VALUE);
    Progress.holdAtTheEnd(ShardFiles.SHARDS);
    Configuration conf = Configuration.fromMap(options);
    StreamGraph graph = Throughput.job(conf, args[2], Path.of(args[3]), Set.of(args[4].split(",")));
    Thread job = new Thread(() -> run(conf, graph), "job");
    job.setDaemon(true);
    job.start();
    Progress.awaitTheEnd(LONGEST_SECONDS);
    awaitIdle();
    long used = usedHeap();
    System.out.printf("{\"heap_bytes\":%d,\"records\":%d}%n", used, Progress.read());
  }

  private static void run(Configuration conf, StreamGraph graph) {
    try {
      ThroughputMain.run(conf, graph);
    } catch (Exception failed) {
      failed.printStackTrace();
      System.exit(1);
    }
  }

  /** All that was read has been judged once nothing runs any more. */
  private static void awaitIdle() throws InterruptedException {
    int idle = 0;
    for (int second = 0; idle < IDLE_SECONDS && second < LONGEST_SECONDS; second++) {
      double before = Progress.cpuSeconds();
      Thread.sleep(1_000);
      idle = Progress.cpuSeconds() - before < IDLE_SHARE_OF_A_CORE ? idle + 1 : 0;
    }
    if (idle < IDLE_SECONDS) {
      throw new IllegalStateException("the job was still at work after " + LONGEST_SECONDS + " s");
    }
  }

  /** What is left after collections that free nothing more. */
  private static long usedHeap() throws InterruptedException {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      System.gc();
      Thread.sleep(200);
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
