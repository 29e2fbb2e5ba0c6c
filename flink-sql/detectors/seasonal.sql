-- Which readings are unlike the same hour of other days, and which are like it again?
-- Judged in the order of arrival, so nothing waits for a watermark.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(reading.source, reading.entity, reading.metric, rule.rule_id, kind, reading.`stream`, reading.shard_id, reading.sequence_number)),
  kind,
  'seasonal',
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
  mean - multiplier * stddev,
  mean + multiplier * stddev,
  CASE WHEN stddev > 0 AND ABS(`value` - mean) < 1E300 * stddev THEN (`value` - mean) / stddev END,
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
  CAST(NULL AS BIGINT)
FROM seasonal_transitions
WHERE kind IS NOT NULL;
