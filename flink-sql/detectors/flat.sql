-- Which sensors repeat themselves, as stuck ones do, and which move again?
-- Judged in the order of arrival, so nothing waits for a watermark. A metric that stops coming is not flat but missing.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(reading.source, reading.entity, reading.metric, rule.rule_id, kind, reading.`stream`, reading.shard_id, reading.sequence_number)),
  kind,
  'flat',
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
  CAST(NULL AS DOUBLE),
  CAST(NULL AS DOUBLE),
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
FROM flat_transitions
WHERE kind IS NOT NULL;
