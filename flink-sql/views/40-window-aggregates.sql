-- What is the aggregate of each window that a window rule judges? Tumbling windows of ${tumbling_seconds} s and hopping
-- ones of ${hopping_seconds} s every ${hop_seconds} s, by event time. A window ends when the watermark passes its end.
-- Readings behind the watermark (late) are in no window; the job counts them as `late_readings`.
-- A window without readings gives no row: it neither raises nor clears.
-- A row of window_rows is not a reading but some of a series that lie in one slice: in one tumbling window, or between two
-- hops. Flink writes down each row until its window ends, so the rules join adds readings up first. Sums are exact until
-- here: it does not matter which readings came in one row.
-- A rule that changes within a window judges that one by the wider limits (no limit is the widest), the graver severity
-- and the louder route. One that changes its aggregate has no value there, because no one aggregate holds for all of it;
-- but a window in which a rule was retired always has one, the count if there is no other, because it must end an open
-- alarm.
CREATE TEMPORARY VIEW window_parts AS
SELECT
  series,
  series_name,
  sums,
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
FROM window_rows;

CREATE TEMPORARY VIEW window_aggregates AS
SELECT
  *,
  COALESCE(
    CASE
      WHEN other_aggregate = aggregate OR retired = 1 THEN CASE aggregate
        WHEN 'count' THEN CAST(added_up.readings AS DOUBLE)
        WHEN 'sum' THEN added_up.total
        WHEN 'avg' THEN added_up.mean
        WHEN 'min' THEN added_up.smallest
        WHEN 'max' THEN added_up.largest
        WHEN 'stddev' THEN added_up.deviation
      END
    END,
    CASE WHEN retired = 1 THEN CAST(added_up.readings AS DOUBLE) END
  ) AS `value`
FROM (
  SELECT
    series,
    window_start,
    window_end,
    ANY_OF(series_name) AS series_name,
    MIN(aggregate) AS other_aggregate,
    MAX(aggregate) AS aggregate,
    ADDED_UP(sums) AS added_up,
    CASE WHEN COUNT(low) = COUNT(*) THEN MIN(low) END AS low,
    CASE WHEN COUNT(high) = COUNT(*) THEN MAX(high) END AS high,
    MAX(rules_version) AS rules_version,
    MAX(critical) AS critical,
    MAX(route) AS route,
    MAX(retired) AS retired,
    MAX(read_time) AS event_time,
    MAX(arrival_time) AS arrival_time
  FROM TABLE(TUMBLE(TABLE window_parts, DESCRIPTOR(event_time), INTERVAL '${tumbling_seconds}' SECOND(5)))
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
    ADDED_UP(sums) AS added_up,
    CASE WHEN COUNT(low) = COUNT(*) THEN MIN(low) END AS low,
    CASE WHEN COUNT(high) = COUNT(*) THEN MAX(high) END AS high,
    MAX(rules_version) AS rules_version,
    MAX(critical) AS critical,
    MAX(route) AS route,
    MAX(retired) AS retired,
    MAX(read_time) AS event_time,
    MAX(arrival_time) AS arrival_time
  FROM TABLE(
    HOP(TABLE window_parts, DESCRIPTOR(event_time), INTERVAL '${hop_seconds}' SECOND(5), INTERVAL '${hopping_seconds}' SECOND(5))
  )
  WHERE window_kind = 'hopping'
  GROUP BY series, window_start, window_end
);
