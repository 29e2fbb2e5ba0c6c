package tocsin.connector.kinesis.emulator;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/** Copies one stream to another by SQL; as a program of its own so that a test can kill it. */
public final class CopyJob {
  private CopyJob() {}

  /**
   * Runs until it is killed.
   *
   * @param arguments ARN to read, ARN to write, then Flink settings as {@code key=value}
   */
  public static void main(String[] arguments) throws Exception {
    var configuration = new Configuration();
    for (int i = 2; i < arguments.length; i++) {
      int equals = arguments[i].indexOf('=');
      configuration.setString(
          arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
    }
    submit(arguments[0], arguments[1], "TRIM_HORIZON", Map.of(), configuration).await();
  }

  /** Submits the copy to a MiniCluster in this JVM. */
  static TableResult submit(
      String from,
      String to,
      String position,
      Map<String, String> options,
      Configuration configuration) {
    var tables =
        StreamTableEnvironment.create(
            StreamExecutionEnvironment.getExecutionEnvironment(configuration));
    var extra = new StringBuilder();
    options.forEach((key, value) -> extra.append(", '%s' = '%s'".formatted(key, value)));
    tables.executeSql(
        """
        CREATE TABLE readings (
          line STRING,
          arrival TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
          shard STRING METADATA FROM 'shard-id' VIRTUAL,
          place STRING METADATA FROM 'sequence-number' VIRTUAL
        ) WITH (
          'connector' = 'kinesis',
          'stream.arn' = '%s',
          'aws.region' = 'us-east-1',
          'source.init.position' = '%s',
          'source.reader.empty-records-fetch-interval' = '50 ms',
          'source.shard.discovery.interval' = '1 s',
          'format' = 'raw'
          %s
        )
        """
            .formatted(from, position, extra));
    tables.executeSql(
        """
        CREATE TABLE copies (
          line STRING,
          arrival TIMESTAMP_LTZ(3),
          shard STRING,
          place STRING
        ) WITH (
          'connector' = 'kinesis',
          'stream.arn' = '%s',
          'aws.region' = 'us-east-1',
          'sink.flush-buffer.timeout' = '100',
          'sink.http-client.protocol.version' = 'HTTP1_1',
          'format' = 'json'
          %s
        )
        """
            .formatted(to, options.containsKey("aws.endpoint") ? endpoint(options) : ""));
    return tables.executeSql("INSERT INTO copies SELECT line, arrival, shard, place FROM readings");
  }

  private static String endpoint(Map<String, String> options) {
    return ", 'aws.endpoint' = '" + options.get("aws.endpoint") + "'";
  }
}
