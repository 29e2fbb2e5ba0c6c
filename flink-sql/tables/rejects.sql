-- Which records could not be read, and why?
CREATE TEMPORARY TABLE rejects WITH (
  'connector' = 'kinesis',
  'stream.arn' = '${rejects_stream_arn}',
  'aws.region' = '${region}',
  'sink.flush-buffer.timeout' = '${flush_interval_ms}',
  'sink.http-client.protocol.version' = 'HTTP1_1',
  'format' = 'json'
) LIKE reject_columns;
