-- What does the job say? One JSON object for each change of state.
-- One entity's messages share a shard and so keep their order.
CREATE TEMPORARY TABLE anomalies PARTITIONED BY (entity) WITH (
  'connector' = 'kinesis',
  'stream.arn' = '${anomalies_stream_arn}',
  'aws.region' = '${region}',
  'sink.flush-buffer.timeout' = '${flush_interval_ms}',
  'sink.http-client.protocol.version' = 'HTTP1_1',
  'format' = 'json'
) LIKE anomaly_columns;
