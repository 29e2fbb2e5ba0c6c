package tocsin.connector.kinesis.table;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * Table options. Names, types and defaults are those of the official connector, so that one SQL
 * runs on both: flink-connector-aws, {@code docs/content/docs/connectors/table/kinesis.md}, section
 * "Connector Options", and {@code source/config/KinesisSourceConfigOptions.java}.
 *
 * <p>Not taken over: enhanced fan-out, the credential options (the default chain is used) and
 * {@code sink.producer.*}. Naming one of them is an error, not a silent difference.
 */
final class KinesisOptions {
  static final ConfigOption<String> STREAM_ARN =
      ConfigOptions.key("stream.arn")
          .stringType()
          .noDefaultValue()
          .withDescription("ARN of the stream.");

  static final ConfigOption<String> AWS_REGION =
      ConfigOptions.key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription("Region of the stream.");

  static final ConfigOption<String> AWS_ENDPOINT =
      ConfigOptions.key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("Address to use instead of the region's own.");

  static final ConfigOption<InitialPosition> INIT_POSITION =
      ConfigOptions.key("source.init.position")
          .enumType(InitialPosition.class)
          .defaultValue(InitialPosition.LATEST)
          .withDescription("Where a job without a checkpoint begins.");

  static final ConfigOption<String> INIT_TIMESTAMP =
      ConfigOptions.key("source.init.timestamp")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "For AT_TIMESTAMP: the instant, in the format of source.init.timestamp.format or as"
                  + " seconds since 1970.");

  static final ConfigOption<String> INIT_TIMESTAMP_FORMAT =
      ConfigOptions.key("source.init.timestamp.format")
          .stringType()
          .defaultValue("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
          .withDescription("Pattern of source.init.timestamp.");

  static final ConfigOption<ReaderType> READER_TYPE =
      ConfigOptions.key("source.reader.type")
          .enumType(ReaderType.class)
          .defaultValue(ReaderType.POLLING)
          .withDescription("How records are read; this connector knows POLLING only.");

  static final ConfigOption<Duration> EMPTY_RECORDS_FETCH_INTERVAL =
      ConfigOptions.key("source.reader.empty-records-fetch-interval")
          .durationType()
          .defaultValue(Duration.ofMillis(250))
          .withDescription("Wait on a shard after a read that reached its tip.");

  static final ConfigOption<Duration> NONEMPTY_RECORDS_FETCH_INTERVAL =
      ConfigOptions.key("source.reader.nonempty-records-fetch-interval")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription("Wait on a shard after a read that gave records.");

  static final ConfigOption<Duration> SHARD_DISCOVERY_INTERVAL =
      ConfigOptions.key("source.shard.discovery.interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription("Time between two looks for new shards.");

  static final ConfigOption<Integer> GET_RECORDS_MAX =
      ConfigOptions.key("source.shard.get-records.max-record-count")
          .intType()
          .defaultValue(10_000)
          .withDescription("Most records of one read.");

  /** Ours alone, as its name says; where it is not set, Apache's connector runs the same SQL. */
  static final ConfigOption<String> ARCHIVE_URI =
      ConfigOptions.key("tocsin.archive.uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Manifest of a prepared archive, s3:// or file://, that a job without a checkpoint"
                  + " reads before the shards; these then begin behind it.");

  static final ConfigOption<String> SINK_PARTITIONER =
      ConfigOptions.key("sink.partitioner")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "random (default) or fixed; not for a table with PARTITIONED BY, whose fields are"
                  + " the partition key.");

  static final ConfigOption<String> SINK_PARTITIONER_FIELD_DELIMITER =
      ConfigOptions.key("sink.partitioner-field-delimiter")
          .stringType()
          .defaultValue("|")
          .withDescription("Stands between the PARTITIONED BY fields in the partition key.");

  static final ConfigOption<Boolean> SINK_FAIL_ON_ERROR =
      ConfigOptions.key("sink.fail-on-error")
          .booleanType()
          .defaultValue(false)
          .withDescription("Whether a refused record ends the job instead of being sent again.");

  static final ConfigOption<HttpVersion> SINK_HTTP_VERSION =
      ConfigOptions.key("sink.http-client.protocol.version")
          .enumType(HttpVersion.class)
          .defaultValue(HttpVersion.HTTP2)
          .withDescription(
              "Accepted for the sake of the official connector; this one always speaks HTTP/1.1.");

  /** Values of {@code source.init.position}. */
  enum InitialPosition {
    LATEST,
    TRIM_HORIZON,
    AT_TIMESTAMP
  }

  /** Values of {@code source.reader.type}. */
  enum ReaderType {
    POLLING,
    EFO
  }

  /** Values of {@code sink.http-client.protocol.version}. */
  enum HttpVersion {
    HTTP1_1,
    HTTP2
  }

  private KinesisOptions() {}
}
