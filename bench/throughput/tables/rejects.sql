-- Where do the rejects go? Nowhere. Columns as in flink-sql/tables/rejects.sql.
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
  'connector' = 'blackhole'
);
