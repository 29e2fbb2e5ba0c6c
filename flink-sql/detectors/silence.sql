-- Which sources have gone silent as a whole, and which have come back?
-- One anomaly a source, of entity and metric `*`, however many entities it has. Those entities go missing, too, each by
-- its own rhythm: while this one is open, what is said of them adds nothing. Columns as in missing.sql.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(reading.source, '*', '*', rule.rule_id, kind, reading.`stream`, reading.shard_id, reading.sequence_number, CASE WHEN kind = 'renewed' THEN silent_seconds END)),
  kind,
  'silence',
  rule.rule_id,
  rule.rules_version,
  reading.source,
  '*',
  '*',
  CASE WHEN kind = 'cleared' THEN 'OK' ELSE 'Silent' END,
  CASE WHEN kind = 'raised' THEN 'OK' ELSE 'Silent' END,
  rule.severity,
  rule.route,
  silent_seconds,
  CAST(NULL AS DOUBLE),
  allowed_seconds,
  CAST(NULL AS DOUBLE),
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  DATE_FORMAT(said_at, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  DATE_FORMAT(reading.arrival_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  kind = 'cleared' AND reading.late,
  reading.`stream`,
  reading.shard_id,
  reading.sequence_number,
  reading.labels,
  recent_values,
  CAST(STR_TO_MAP('') AS MAP<STRING, DOUBLE>),
  CAST(NULL AS BIGINT)
FROM (
  SELECT
    *,
    READING(packed_reading) AS reading,
    RULE(packed_rule) AS rule
  FROM GAPS(
    readings => TABLE silence_expected PARTITION BY series,
    on_time => DESCRIPTOR(event_time),
    uid => 'silence'
  )
);
