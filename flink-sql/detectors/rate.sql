-- Which values rise or fall faster than a rule allows, and which have calmed down?
-- `value` is the rate; the reading that ends an alarm of a retired rule has none and says 0.
-- Judged in the order of arrival, so nothing waits for a watermark; by the time between readings, so that a burst of
-- late or repeated records is no jump.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(reading.source, reading.entity, reading.metric, rule.rule_id, kind, reading.`stream`, reading.shard_id, reading.sequence_number)),
  kind,
  'rate',
  rule.rule_id,
  rule.rules_version,
  reading.source,
  reading.entity,
  reading.metric,
  alarm_type,
  previous_alarm_type,
  rule.severity,
  rule.route,
  COALESCE(rate, 0),
  low,
  high,
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
FROM rate_transitions
WHERE kind IS NOT NULL;
