-- For how long has each value been the same, as the flat detector sees it? Readings of the run so far, as a part of
-- those with which the rule alarms; nothing repeats itself in a run of one. Judged from two readings on, because a run
-- is told of only where there is an alarm.
INSERT INTO point_scores
SELECT
  rule.rule_id,
  reading.entity,
  reading.metric,
  DATE_FORMAT(event_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CASE WHEN judged.`now` = 0 THEN 0 ELSE CAST(judged.run_readings AS DOUBLE) / readings END
FROM (
  SELECT
    READING(packed_reading) AS reading,
    RULE(packed_rule) AS rule,
    event_time,
    readings,
    FLAT_ALARM(
      `value`,
      event_time,
      late,
      rule_retired,
      CAST(2 AS DOUBLE),
      CAST(0 AS DOUBLE),
      tolerance,
      is_critical,
      PERIOD_OF(arrival_time, 300000, series_hash)
    ) OVER history AS judged
  FROM flat_rows
  WHERE NOT rule_retired
  WINDOW history AS (
    PARTITION BY series
    ORDER BY proc_time
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  )
);
