-- Which readings are like nothing that their metric has shown before, and which metrics are back to what is known?
-- The alarm type is that of the score: High from the rule's `warn`, High-High from its `page`. `contributions` says why.
-- Judged in the order of arrival, so nothing waits for a watermark. A metric is judged once 150 of its readings are
-- learned; until then the other detectors judge it alone.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(source, entity, metric, rule_id, kind, reading.`stream`, reading.shard_id, reading.sequence_number)),
  kind,
  'novelty',
  rule_id,
  rule.rules_version,
  source,
  entity,
  metric,
  alarm_type,
  previous_alarm_type,
  severity,
  route,
  `value`,
  CAST(NULL AS DOUBLE),
  CAST(NULL AS DOUBLE),
  score,
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
  contributions,
  CAST(NULL AS BIGINT)
FROM novelty_transitions
WHERE kind IS NOT NULL;
