-- What did each reading change? OK to an alarm: raised. High to Low or back, or a new 5-minute period in an open
-- alarm: renewed. A graver severity of the rule: escalated. An alarm to OK: cleared. Nothing changed: kind is null.
CREATE TEMPORARY VIEW deviation_transitions AS
SELECT
  *,
  CASE
    WHEN alarm_type = 'OK' AND previous_alarm_type = 'OK' THEN CAST(NULL AS STRING)
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN severity = 'critical' AND last_severity = 'warning' THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR newest_period > last_period THEN 'renewed'
  END AS kind
FROM (
  SELECT
    *,
    COALESCE(LAG(alarm_type) OVER arrivals, 'OK') AS previous_alarm_type,
    LAG(severity) OVER arrivals AS last_severity,
    LAG(newest_period) OVER arrivals AS last_period
  FROM (
    SELECT
      *,
      COALESCE(last_judgement, 'OK') AS alarm_type
    FROM deviation_states
  )
  WINDOW arrivals AS (
    PARTITION BY rule_id, source, entity, metric
    ORDER BY proc_time
  )
);
