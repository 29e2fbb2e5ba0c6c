-- Which metrics of which entities have not come for longer than they should, and which have come back?
-- Each entity and metric has its own rhythm, set or learned (GAPS): an hourly value among 10-second ones is on time.
-- `value` is the silence in seconds, arrival_time and sequence_number those of the last reading before it; of a cleared
-- one those of the reading that came back. Judged by the watermark, which moves although everything is silent.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(source, entity, metric, rule_id, kind, `stream`, shard_id, sequence_number, CASE WHEN kind = 'renewed' THEN silent_seconds END)),
  kind,
  'missing',
  rule_id,
  rules_version,
  source,
  entity,
  metric,
  CASE WHEN kind = 'cleared' THEN 'OK' ELSE 'Missing' END,
  CASE WHEN kind = 'raised' THEN 'OK' ELSE 'Missing' END,
  severity,
  route,
  silent_seconds,
  CAST(NULL AS DOUBLE),
  allowed_seconds,
  CAST(NULL AS DOUBLE),
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  DATE_FORMAT(said_at, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  DATE_FORMAT(arrival_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  late,
  `stream`,
  shard_id,
  sequence_number,
  labels,
  recent_values,
  CAST(STR_TO_MAP('') AS MAP<STRING, DOUBLE>),
  CAST(NULL AS BIGINT)
FROM GAPS(
  readings => TABLE missing_expected PARTITION BY (rule_id, source, entity, metric),
  on_time => DESCRIPTOR(event_time),
  uid => 'missing'
);
