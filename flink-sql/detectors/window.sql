-- Which windows have a count, sum, mean, minimum, maximum or σ (of the population) beyond a limit, and which are back?
-- Tumbling and hopping windows by event time, told when the watermark passes their end. Late readings are in no
-- window, and an empty window gives no row, so a silent entity stays in the state that it was in.
INSERT INTO anomalies
SELECT
  SHA256(JSON_ARRAY(names.source, names.entity, names.metric, names.rule_id, kind, DATE_FORMAT(window_end, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''))),
  kind,
  'window',
  names.rule_id,
  rules_version,
  names.source,
  names.entity,
  names.metric,
  alarm_type,
  previous_alarm_type,
  severity,
  route,
  `value`,
  low,
  high,
  CAST(NULL AS DOUBLE),
  aggregate,
  DATE_FORMAT(window_start, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  DATE_FORMAT(window_end, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  DATE_FORMAT(event_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  DATE_FORMAT(arrival_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  FALSE,
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  CAST(NULL AS STRING),
  MAP_FROM_ARRAYS(ARRAY_REMOVE(ARRAY[''], ''), ARRAY_REMOVE(ARRAY[''], '')),
  recent_values,
  CAST(STR_TO_MAP('') AS MAP<STRING, DOUBLE>),
  CAST(NULL AS BIGINT)
FROM window_transitions
WHERE kind IS NOT NULL;
