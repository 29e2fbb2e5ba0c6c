-- Which records could not be read, and why? Columns as in contracts/reject.ts.
CREATE TEMPORARY TABLE rejects (
  reason STRING,
  detail STRING,
  `stream` STRING,
  source STRING,
  arrival_time STRING,
  shard_id STRING,
  sequence_number STRING,
  `raw` STRING
) WITH (
  'connector' = 'kinesis',
  'stream.arn' = '${rejects_stream_arn}',
  'aws.region' = '${region}',
  'sink.flush-buffer.timeout' = '${flush_interval_ms}',
  'sink.http-client.protocol.version' = 'HTTP1_1',
  'format' = 'json'
);
