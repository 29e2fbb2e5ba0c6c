-- Which records are measured? Made-up payments from files, two shards, as the Kinesis source would give them.
CREATE TEMPORARY TABLE shards (
  `data` BYTES,
  arrival_time TIMESTAMP_LTZ(3),
  shard_id STRING,
  sequence_number STRING
) WITH (
  'connector' = 'bench-shards',
  'path' = '${shards_path}'
);
CREATE TEMPORARY VIEW records AS
SELECT
  *,
  STREAM_NAME('readings') AS `stream`
FROM shards;
