package tocsin.job;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * Entry on any one machine: the same job on a Flink cluster inside this JVM. Says on standard
 * output, as JSON lines, how far it is; the log goes to standard error. SIGTERM ends it.
 */
public final class EmbeddedMain {
  private static final int DEFAULT_PARALLELISM = 1;
  private static final long LOOK_MS = 50;

  /** Flink would listen on every interface, and on a port that another Flink may have taken. */
  public static final Map<String, String> THIS_MACHINE_ONLY =
      Map.of(
          "rest.address", "127.0.0.1",
          "rest.bind-address", "127.0.0.1",
          "rest.port", "0",
          "jobmanager.bind-host", "127.0.0.1",
          "taskmanager.bind-host", "127.0.0.1");

  private EmbeddedMain() {}

  public static void main(String[] args) throws Exception {
    System.setProperty("log4j2.configurationFile", "classpath:embedded-log4j2.properties");
    EmbeddedArguments arguments;
    try {
      arguments = EmbeddedArguments.parse(args);
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.err.println(EmbeddedArguments.USAGE);
      System.exit(2);
      return;
    }
    try {
      run(arguments);
    } catch (Throwable failure) {
      failure.printStackTrace();
      say("failed", failure);
      System.exit(1);
    }
    System.exit(0);
  }

  private static void run(EmbeddedArguments arguments) throws Exception {
    Map<String, String> options = new TreeMap<>(THIS_MACHINE_ONLY);
    options.putAll(arguments.flinkOptions());
    Configuration conf = Configuration.fromMap(options);
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(conf);
    if (!arguments.flinkOptions().containsKey("parallelism.default")) {
      env.setParallelism(DEFAULT_PARALLELISM);
    }
    StreamGraph graph =
        Pipeline.build(
            env,
            JobProperties.ofFile(arguments.properties().toString()),
            Main.sql(arguments.sql(), arguments.tables()));
    graph.setJobName(Main.JOB_NAME);
    MiniClusterConfiguration cluster =
        new MiniClusterConfiguration.Builder()
            .setConfiguration(conf)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(env.getParallelism())
            .build();
    try (MiniCluster flink = new MiniCluster(cluster)) {
      flink.start();
      JobID job = flink.submitJob(graph).get().getJobID();
      say("submitted", null);
      awaitRunning(flink, job);
      JobResult result = flink.requestJobResult(job).get();
      if (!result.isSuccess()) {
        throw result.getSerializedThrowable().orElseThrow();
      }
      say("finished", null);
    } catch (Exception failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Returns once every task runs, or the job has ended. */
  private static void awaitRunning(MiniCluster flink, JobID job) throws Exception {
    while (true) {
      AccessExecutionGraph graph = flink.getExecutionGraph(job).get();
      if (graph.getState().isTerminalState()) {
        return;
      }
      boolean allRun = graph.getAllExecutionVertices().iterator().hasNext();
      for (AccessExecutionVertex task : graph.getAllExecutionVertices()) {
        ExecutionState state = task.getExecutionState();
        allRun &= state == ExecutionState.RUNNING || state == ExecutionState.FINISHED;
      }
      if (allRun) {
        say("running", null);
        return;
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private static void say(String event, Throwable error) {
    String line = "{\"event\":\"" + event + "\"";
    if (error != null) {
      line += ",\"error\":\"" + escaped(innermost(error)) + "\"";
    }
    System.out.println(line + "}");
    System.out.flush();
  }

  private static String innermost(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
  }

  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ') {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** What the command line says. */
  record EmbeddedArguments(
      Path properties, Path sql, Path tables, Map<String, String> flinkOptions) {
    static final String USAGE =
        "usage: EmbeddedMain --properties FILE [--sql DIR] [--tables DIR] [--conf KEY=VALUE]...";

    static EmbeddedArguments parse(String[] args) {
      Path properties = null;
      Path sql = null;
      Path tables = null;
      Map<String, String> conf = new TreeMap<>();
      for (int i = 0; i < args.length; i += 2) {
        if (i + 1 == args.length) {
          throw new IllegalArgumentException(args[i] + " needs a value");
        }
        String value = args[i + 1];
        switch (args[i]) {
          case "--properties" -> properties = Path.of(value);
          case "--sql" -> sql = Path.of(value);
          case "--tables" -> tables = Path.of(value);
          case "--conf" -> {
            int equals = value.indexOf('=');
            if (equals < 1) {
              throw new IllegalArgumentException("--conf needs KEY=VALUE, not " + value);
            }
            conf.put(value.substring(0, equals), value.substring(equals + 1));
          }
          default -> throw new IllegalArgumentException("unknown argument " + args[i]);
        }
      }
      if (properties == null) {
        throw new IllegalArgumentException("--properties is missing");
      }
      return new EmbeddedArguments(properties, sql, tables, conf);
    }
  }
}
