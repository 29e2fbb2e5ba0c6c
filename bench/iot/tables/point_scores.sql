-- How unusual is each reading? One JSON object for each reading and rule; 1 is where the rule alarms.
CREATE TEMPORARY TABLE point_scores (
  rule_id STRING,
  entity STRING,
  metric STRING,
  event_time STRING,
  score DOUBLE
) WITH (
  'connector' = 'filesystem',
  'path' = '${out_path}/point_scores',
  'format' = 'json'
);
