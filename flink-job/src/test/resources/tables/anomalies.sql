-- What does the job say? One JSON object for each change of state; columns as in contracts/anomaly.ts.
-- Times are text, because the JSON format would drop the milliseconds of a whole second.
CREATE TEMPORARY TABLE anomalies (
  anomaly_id STRING,
  kind STRING,
  detector STRING,
  rule_id STRING,
  rules_version BIGINT,
  source STRING,
  entity STRING,
  metric STRING,
  alarm_type STRING,
  previous_alarm_type STRING,
  severity STRING,
  route STRING,
  `value` DOUBLE,
  expected_low DOUBLE,
  expected_high DOUBLE,
  score DOUBLE,
  aggregate STRING,
  window_start STRING,
  window_end STRING,
  event_time STRING,
  arrival_time STRING,
  late BOOLEAN,
  `stream` STRING,
  shard_id STRING,
  sequence_number STRING,
  labels MAP<STRING, STRING>,
  recent_values ARRAY<DOUBLE>,
  contributions MAP<STRING, DOUBLE>,
  readings_seen BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = '${out_path}/anomalies',
  'format' = 'json'
);
