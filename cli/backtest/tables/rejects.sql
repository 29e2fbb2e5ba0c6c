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
  'connector' = 'filesystem',
  'path' = '${out_path}/rejects',
  'format' = 'json'
);
