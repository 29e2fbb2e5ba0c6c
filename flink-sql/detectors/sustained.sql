-- Which values stay beyond a limit for as long as a rule names, and which are back?
-- By event time: told when the watermark passes the reading. No value back inside, no clearing: a silent entity stays
-- in the state that it was in.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(reading.source, reading.entity, reading.metric, rule.rule_id, kind, reading.`stream`, reading.shard_id, reading.sequence_number)),
  kind,
  'sustained',
  rule.rule_id,
  rule.rules_version,
  reading.source,
  reading.entity,
  reading.metric,
  alarm_type,
  previous_alarm_type,
  rule.severity,
  rule.route,
  `value`,
  rule.low,
  rule.high,
  CAST(NULL AS DOUBLE),
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  DATE_FORMAT(CAST(event_time AS TIMESTAMP_LTZ(3)), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  DATE_FORMAT(reading.arrival_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  reading.late,
  reading.`stream`,
  reading.shard_id,
  reading.sequence_number,
  reading.labels,
  recent_values,
  CAST(STR_TO_MAP('') AS MAP<STRING, DOUBLE>),
  CAST(NULL AS BIGINT)
FROM sustained_transitions
WHERE kind IS NOT NULL;
