-- Which readings take their entity and metric beyond a limit, further beyond it, or back inside?
-- Judged in the order of arrival, so nothing waits for a watermark; late readings are judged too and say so.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(reading.source, reading.entity, reading.metric, rule.rule_id, kind, reading.`stream`, reading.shard_id, reading.sequence_number)),
  kind,
  'limits',
  rule.rule_id,
  rule.rules_version,
  reading.source,
  reading.entity,
  reading.metric,
  alarm_type,
  previous_alarm_type,
  alarm_severity,
  rule.route,
  `value`,
  COALESCE(rule.low, rule.low_low),
  COALESCE(rule.high, rule.high_high),
  CAST(NULL AS DOUBLE),
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  DATE_FORMAT(event_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  DATE_FORMAT(reading.arrival_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  reading.late,
  reading.`stream`,
  reading.shard_id,
  reading.sequence_number,
  reading.labels,
  recent_values,
  CAST(STR_TO_MAP('') AS MAP<STRING, DOUBLE>),
  readings_seen
FROM limits_transitions
WHERE kind IS NOT NULL;
