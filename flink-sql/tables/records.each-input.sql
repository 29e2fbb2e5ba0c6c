-- Which records came on the input stream ${input_name}, as the bytes that the producer put?
-- Run once for each input stream; the runner makes the view `records` of all of them.
CREATE TEMPORARY TABLE `records_${input_name}` (
  `data` BYTES,
  arrival_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  shard_id STRING METADATA FROM 'shard-id' VIRTUAL,
  sequence_number STRING METADATA FROM 'sequence-number' VIRTUAL
) WITH (
  'connector' = 'kinesis',
  'stream.arn' = '${input_stream_arn}',
  'aws.region' = '${region}',
  'source.init.position' = '${start_position}',
  -- Read for AT_TIMESTAMP only.
  'source.init.timestamp' = '${start_timestamp}',
  'source.reader.empty-records-fetch-interval' = '${read_interval_ms} ms',
  -- Its first look for shards comes after one such interval, so the default of 10 s would delay the start.
  'source.shard.discovery.interval' = '1 s',
  -- For a warm start only: what is read before the stream.
  ${archive_option}
  'format' = 'raw'
);
