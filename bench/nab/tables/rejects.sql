-- Which rows of the series could not be read? The bench stops when there is one.
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
  'path' = '${rejects_path}',
  'format' = 'json'
);
