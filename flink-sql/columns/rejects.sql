-- What is a reject, column by column? As in contracts/reject.ts; where they go is said in tables/.
CREATE TEMPORARY TABLE reject_columns (
  reason STRING,
  detail STRING,
  `stream` STRING,
  source STRING,
  arrival_time STRING,
  shard_id STRING,
  sequence_number STRING,
  `raw` STRING
);
