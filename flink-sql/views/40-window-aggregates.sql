-- What is the aggregate of each window that a window rule judges? Tumbling windows of ${tumbling_window} and hopping
-- ones of ${hopping_window} every ${hop}, by event time. A window ends when the watermark passes its end. Readings
-- behind the watermark (late) are in no window; the job counts them as `late_readings`.
-- A window without readings gives no row: it neither raises nor clears.
-- A rule that changes within a window judges that one by the wider limits (no limit is the widest), the graver severity
-- and the louder route. One that changes its aggregate has no value there, because no one aggregate holds for all of it;
-- but a window in which a rule was retired always has one, because it must end an open alarm.
-- Flink writes down each reading until its window ends, so that only what is aggregated may be in a row.
CREATE TEMPORARY VIEW window_readings AS
SELECT
  series,
  series_name,
  `value`,
  aggregate,
  window_kind,
  low,
  high,
  rules_version,
  CASE WHEN is_critical THEN 1 ELSE 0 END AS critical,
  route,
  CASE WHEN rule_retired THEN 1 ELSE 0 END AS retired,
  arrival_time,
  CAST(event_time AS TIMESTAMP_LTZ(3)) AS read_time,
  event_time
FROM window_rows
WHERE NOT late;

CREATE TEMPORARY VIEW window_aggregates AS
SELECT
  *,
  CASE
    WHEN other_aggregate = aggregate OR retired = 1 THEN CASE aggregate
      WHEN 'count' THEN CAST(readings AS DOUBLE)
      WHEN 'sum' THEN total
      WHEN 'avg' THEN mean
      WHEN 'min' THEN smallest
      WHEN 'max' THEN largest
      WHEN 'stddev' THEN deviation
    END
  END AS `value`
FROM (
  SELECT
    series,
    window_start,
    window_end,
    ANY_OF(series_name) AS series_name,
    MIN(aggregate) AS other_aggregate,
    MAX(aggregate) AS aggregate,
    COUNT(*) AS readings,
    SUM(`value`) AS total,
    AVG(`value`) AS mean,
    MIN(`value`) AS smallest,
    MAX(`value`) AS largest,
    STABLE_STDDEV(`value`) AS deviation,
    CASE WHEN COUNT(low) = COUNT(*) THEN MIN(low) END AS low,
    CASE WHEN COUNT(high) = COUNT(*) THEN MAX(high) END AS high,
    MAX(rules_version) AS rules_version,
    MAX(critical) AS critical,
    MAX(route) AS route,
    MAX(retired) AS retired,
    MAX(read_time) AS event_time,
    MAX(arrival_time) AS arrival_time
  FROM TABLE(TUMBLE(TABLE window_readings, DESCRIPTOR(event_time), INTERVAL ${tumbling_window}))
  WHERE window_kind = 'tumbling'
  GROUP BY series, window_start, window_end
  UNION ALL
  SELECT
    series,
    window_start,
    window_end,
    ANY_OF(series_name) AS series_name,
    MIN(aggregate) AS other_aggregate,
    MAX(aggregate) AS aggregate,
    COUNT(*) AS readings,
    SUM(`value`) AS total,
    AVG(`value`) AS mean,
    MIN(`value`) AS smallest,
    MAX(`value`) AS largest,
    STABLE_STDDEV(`value`) AS deviation,
    CASE WHEN COUNT(low) = COUNT(*) THEN MIN(low) END AS low,
    CASE WHEN COUNT(high) = COUNT(*) THEN MAX(high) END AS high,
    MAX(rules_version) AS rules_version,
    MAX(critical) AS critical,
    MAX(route) AS route,
    MAX(retired) AS retired,
    MAX(read_time) AS event_time,
    MAX(arrival_time) AS arrival_time
  FROM TABLE(HOP(TABLE window_readings, DESCRIPTOR(event_time), INTERVAL ${hop}, INTERVAL ${hopping_window}))
  WHERE window_kind = 'hopping'
  GROUP BY series, window_start, window_end
);
