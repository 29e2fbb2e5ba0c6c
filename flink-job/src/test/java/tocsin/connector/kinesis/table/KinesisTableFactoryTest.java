package tocsin.connector.kinesis.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KinesisTableFactoryTest {
  private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/readings";
  private final TableEnvironment tables =
      TableEnvironment.create(EnvironmentSettings.inStreamingMode());

  @Test
  void offersTheMetadataOfTheOfficialConnectorWithItsTypes() {
    create("");
    var columns = tables.sqlQuery("SELECT arrival, shard, place FROM t").getResolvedSchema();
    assertThat(columns.getColumnDataTypes().stream().map(Object::toString))
        .containsExactly(
            "TIMESTAMP_LTZ(3) NOT NULL", "VARCHAR(128) NOT NULL", "VARCHAR(128) NOT NULL");
    assertThat(tables.explainSql("SELECT arrival, shard, place FROM t"))
        .contains("metadata=[timestamp, shard-id, sequence-number]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'source.init.position' = 'AT_TIMESTAMP'; 'source.init.timestamp' must be set",
        "'source.init.position' = 'AT_TIMESTAMP', 'source.init.timestamp' = 'noon'; is 'noon'",
        "'source.reader.type' = 'EFO'; must be POLLING",
        "'source.shard.get-records.max-record-count' = '10001'; Kinesis allows 1 to 10000",
        "'source.shard.discovery.intervall' = '1 s'; source.shard.discovery.intervall",
        "'aws.credentials.provider' = 'BASIC'; aws.credentials.provider"
      },
      quoteCharacter = '"')
  void namesTheOptionThatASourceCannotTake(String option, String message) {
    create(", " + option);
    assertThatThrownBy(() -> tables.explainSql("SELECT line FROM t"))
        .satisfies(error -> assertThat(messagesOf(error)).contains(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'sink.partitioner' = 'org.example.Mine'; knows 'random' and 'fixed'",
        "'sink.batch.max-size' = '501'; Kinesis allows 1 to 500"
      },
      quoteCharacter = '"')
  void namesTheOptionThatASinkCannotTake(String option, String message) {
    create(", " + option);
    assertThatThrownBy(() -> tables.explainSql("INSERT INTO t VALUES ('x')"))
        .satisfies(error -> assertThat(messagesOf(error)).contains(message));
  }

  @Test
  void refusesATextThatIsNoStreamArn() {
    tables.executeSql(
        "CREATE TABLE t (line STRING) WITH ('connector' = 'kinesis', 'stream.arn' = 'readings',"
            + " 'aws.region' = 'us-east-1', 'format' = 'raw')");
    assertThatThrownBy(() -> tables.explainSql("SELECT line FROM t"))
        .satisfies(error -> assertThat(messagesOf(error)).contains("'readings' is not the ARN"));
  }

  @Test
  void takesEveryOptionOfTheOfficialConnectorThatItShares() {
    create(
        """
        , 'source.init.position' = 'AT_TIMESTAMP',
        'source.init.timestamp' = '2026-01-01T00:00:00.000Z',
        'source.reader.type' = 'POLLING',
        'source.reader.empty-records-fetch-interval' = '50 ms',
        'source.reader.nonempty-records-fetch-interval' = '10 ms',
        'source.shard.discovery.interval' = '1 s',
        'source.shard.get-records.max-record-count' = '500',
        'sink.partitioner' = 'fixed',
        'sink.partitioner-field-delimiter' = ';',
        'sink.flush-buffer.timeout' = '100',
        'sink.flush-buffer.size' = '1000000',
        'sink.batch.max-size' = '100',
        'sink.requests.max-inflight' = '4',
        'sink.requests.max-buffered' = '1000',
        'sink.fail-on-error' = 'true',
        'sink.http-client.protocol.version' = 'HTTP1_1'
        """);
    assertThat(tables.explainSql("SELECT line FROM t")).contains("TableSourceScan");
    assertThat(tables.explainSql("INSERT INTO t VALUES ('x')")).contains("Sink(table");
  }

  @Test
  void takesAnArchiveToStartFromAndRefusesAPlaceThatItCannotRead() {
    create(", 'tocsin.archive.uri' = 's3://bucket/warm/1/readings/manifest.json'");
    assertThat(tables.explainSql("SELECT line FROM t")).contains("TableSourceScan");
    tables.executeSql("DROP TABLE t");
    create(", 'tocsin.archive.uri' = 'bucket/warm/1'");
    assertThatThrownBy(() -> tables.explainSql("SELECT line FROM t"))
        .satisfies(
            error ->
                assertThat(messagesOf(error))
                    .contains(
                        "'tocsin.archive.uri' is 'bucket/warm/1', but must start with s3://"));
  }

  @Test
  void refusesAPartitionerBesidePartitionFields() {
    tables.executeSql(
        "CREATE TABLE t (line STRING) PARTITIONED BY (line) WITH ('connector' = 'kinesis',"
            + " 'stream.arn' = '"
            + ARN
            + "', 'aws.region' = 'us-east-1', 'format' = 'json', 'sink.partitioner' = 'random')");
    assertThatThrownBy(() -> tables.explainSql("INSERT INTO t VALUES ('x')"))
        .satisfies(error -> assertThat(messagesOf(error)).contains("PARTITIONED BY"));
  }

  private void create(String options) {
    tables.executeSql(
        """
        CREATE TABLE t (
          line STRING,
          arrival TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,
          shard VARCHAR(128) NOT NULL METADATA FROM 'shard-id' VIRTUAL,
          place VARCHAR(128) NOT NULL METADATA FROM 'sequence-number' VIRTUAL
        ) WITH (
          'connector' = 'kinesis',
          'stream.arn' = '%s',
          'aws.region' = 'us-east-1',
          'format' = 'raw'
          %s
        )
        """
            .formatted(ARN, options));
  }

  private static String messagesOf(Throwable error) {
    return Stream.iterate(error, cause -> cause != null, Throwable::getCause)
        .map(Throwable::toString)
        .reduce("", (all, one) -> all + "\n" + one);
  }
}
