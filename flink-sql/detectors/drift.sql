-- Which metrics have crept away from their reference, a little at a time, and which are back?
-- `value` is their mean since the creep began (when it ends: the reading), the score the sum of what was beyond the
-- slack, in σ. Judged in the order of arrival, so nothing waits for a watermark.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(reading.source, reading.entity, reading.metric, rule.rule_id, kind, reading.`stream`, reading.shard_id, reading.sequence_number)),
  kind,
  'drift',
  rule.rule_id,
  rule.rules_version,
  reading.source,
  reading.entity,
  reading.metric,
  alarm_type,
  previous_alarm_type,
  rule.severity,
  rule.route,
  CASE alarm_type WHEN 'High' THEN drift.risen_to WHEN 'Low' THEN drift.fallen_to ELSE `value` END,
  drift.mean - slack * drift.stddev,
  drift.mean + slack * drift.stddev,
  CASE alarm_type WHEN 'High' THEN drift.risen WHEN 'Low' THEN -drift.fallen END,
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
FROM drift_transitions
WHERE kind IS NOT NULL;
