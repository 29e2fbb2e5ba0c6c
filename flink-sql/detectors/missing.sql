-- Which metrics of which entities have not come for longer than they should, and which have come back?
-- Each entity and metric has its own rhythm, set or learned (GAPS): an hourly value among 10-second ones is on time.
-- `value` is the silence in seconds, arrival_time and sequence_number those of the last reading before it; of a cleared
-- one those of the reading that came back. Judged by the watermark, which moves although everything is silent.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(reading.source, reading.entity, reading.metric, rule.rule_id, kind, reading.`stream`, reading.shard_id, reading.sequence_number, CASE WHEN kind = 'renewed' THEN silent_seconds END)),
  kind,
  'missing',
  rule.rule_id,
  rule.rules_version,
  reading.source,
  reading.entity,
  reading.metric,
  CASE WHEN kind = 'cleared' THEN 'OK' ELSE 'Missing' END,
  CASE WHEN kind = 'raised' THEN 'OK' ELSE 'Missing' END,
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
    readings => TABLE missing_expected PARTITION BY series,
    on_time => DESCRIPTOR(event_time),
    uid => 'missing'
  )
);
