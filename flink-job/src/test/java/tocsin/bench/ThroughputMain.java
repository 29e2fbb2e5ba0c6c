package tocsin.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.graph.StreamGraph;
import tocsin.job.EmbeddedMain;
import tocsin.job.Throughput;

/**
 * One measurement in a JVM of its own, so that none is warmed or spoilt by another. Last line of
 * standard output: {@code {"records":n,"seconds":s,"cpu_seconds":c}}, counted from when the run was
 * warm.
 *
 * <pre>
 * write   DIRECTORY RECORDS KEYS
 * jackson DIRECTORY WARM_UP_RECORDS MAX_SECONDS
 * reader  DIRECTORY WARM_UP_RECORDS MAX_SECONDS PROPERTIES TABLES [KEY=VALUE]…
 * job     DIRECTORY WARM_UP_RECORDS MAX_SECONDS PROPERTIES TABLES DETECTOR,…|all [KEY=VALUE]…
 * </pre>
 */
public final class ThroughputMain {
  private ThroughputMain() {}

  public static void main(String[] args) throws Exception {
    System.setProperty("log4j2.configurationFile", "classpath:embedded-log4j2.properties");
    Path directory = Path.of(args[1]);
    if (args[0].equals("write")) {
      ShardFiles.write(directory, Long.parseLong(args[2]), Integer.parseInt(args[3]));
      return;
    }
    Progress.begin(Long.parseLong(args[2]), Double.parseDouble(args[3]));
    switch (args[0]) {
      case "jackson" -> jacksonLoop(directory);
      case "reader" -> {
        Configuration conf = conf(args, 6);
        run(conf, Throughput.reader(conf, args[4], Path.of(args[5])));
      }
      case "job" -> {
        Set<String> detectors = args[6].equals("all") ? Set.of() : Set.of(args[6].split(","));
        Configuration conf = conf(args, 7);
        run(conf, Throughput.job(conf, args[4], Path.of(args[5]), detectors));
      }
      default -> throw new IllegalArgumentException("unknown measurement " + args[0]);
    }
    System.out.printf(
        "{\"records\":%d,\"seconds\":%.3f,\"cpu_seconds\":%.3f}%n",
        Progress.measuredRecords(), Progress.measuredSeconds(), Progress.measuredCpuSeconds());
    System.exit(0);
  }

  private static Configuration conf(String[] args, int from) {
    Map<String, String> options = new TreeMap<>();
    options.put("parallelism.default", String.valueOf(ShardFiles.SHARDS));
    for (int i = from; i < args.length; i++) {
      String[] option = args[i].split("=", 2);
      options.put(option[0], option[1]);
    }
    return Configuration.fromMap(options);
  }

  static void run(Configuration options, StreamGraph graph) throws Exception {
    Configuration conf = new Configuration(options);
    EmbeddedMain.THIS_MACHINE_ONLY.forEach(conf::setString);
    MiniClusterConfiguration cluster =
        new MiniClusterConfiguration.Builder()
            .setConfiguration(conf)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(ShardFiles.SHARDS)
            .build();
    try (MiniCluster flink = new MiniCluster(cluster)) {
      flink.start();
      JobResult result = flink.requestJobResult(flink.submitJob(graph).get().getJobID()).get();
      if (!result.isSuccess()) {
        throw new IllegalStateException(result.getSerializedThrowable().orElseThrow());
      }
    }
  }

  /** Nothing but Jackson: each record becomes a tree, one after the other on one thread. */
  private static void jacksonLoop(Path directory) throws Exception {
    long blocks = ShardFiles.blocksPerShard(directory);
    for (int shard = 0; shard < ShardFiles.SHARDS; shard++) {
      parse(ShardFiles.file(directory, shard), blocks);
    }
  }

  private static void parse(Path file, long blocks) {
    ObjectMapper json = new ObjectMapper();
    long[] fields = {0};
    try (ShardFiles.Reader reader = new ShardFiles.Reader(file)) {
      for (long block = 0; block < blocks && !Progress.isOver(); block++) {
        Progress.add(
            reader.read(
                block,
                record -> {
                  try {
                    fields[0] += json.readTree(record).size();
                  } catch (java.io.IOException unreadable) {
                    throw new java.io.UncheckedIOException(unreadable);
                  }
                }));
      }
    } catch (java.io.IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
    if (fields[0] == 0) {
      throw new IllegalStateException("no record was parsed");
    }
  }
}
