-- Where do the rows go that only the reader has seen? Nowhere. Columns as in the view read_records.
CREATE TEMPORARY TABLE nothing (
  `data` BYTES,
  arrival_time TIMESTAMP_LTZ(3),
  shard_id STRING,
  sequence_number STRING,
  `stream` STRING,
  reason STRING,
  detail STRING,
  `raw` STRING,
  source STRING,
  entity STRING,
  metric STRING,
  `value` DOUBLE,
  event_time TIMESTAMP_LTZ(3),
  out_of_order_ms BIGINT,
  labels MAP<STRING, STRING>
) WITH (
  'connector' = 'blackhole'
);
