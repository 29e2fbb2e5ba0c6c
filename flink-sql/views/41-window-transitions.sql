-- What did each window change against the one before it? OK to an alarm: raised. High to Low or back, or a new
-- 5-minute period in an open alarm: renewed. A graver severity of the rule: escalated. An alarm to OK: cleared.
-- Windows of one rule and metric end in order, so the order in which they come is taken: by `window_time`, what one task
-- tells would be late, and lost, where another's watermark came first.
-- The window in which its rule ceased to judge (retired) is OK, whatever its value. One without a value, or with one that
-- no number can hold, is left out: it neither raises nor clears.
CREATE TEMPORARY VIEW window_states AS
SELECT
  *,
  CASE WHEN critical = 1 THEN 'critical' ELSE 'warning' END AS severity,
  CASE WHEN retired = 1 THEN 'OK' WHEN `value` > high THEN 'High' WHEN `value` < low THEN 'Low' ELSE 'OK' END AS alarm_type,
  PERIOD_OF(CAST(window_end AS TIMESTAMP_LTZ(3)), 300000, names.rule_id, names.entity, names.metric) AS renewal_period,
  PROCTIME() AS proc_time
FROM (
  SELECT
    *,
    NAMES(series_name) AS names
  FROM window_aggregates
)
WHERE ABS(`value`) < 1E308;

CREATE TEMPORARY VIEW window_transitions AS
SELECT
  *,
  CASE
    WHEN alarm_type = 'OK' AND previous_alarm_type = 'OK' THEN CAST(NULL AS STRING)
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN severity = 'critical' AND last_severity = 'warning' THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR renewal_period > last_period THEN 'renewed'
  END AS kind
FROM (
  SELECT
    *,
    COALESCE(LAG(alarm_type) OVER windows, 'OK') AS previous_alarm_type,
    LAG(severity) OVER windows AS last_severity,
    LAG(renewal_period) OVER windows AS last_period,
    RECENT_VALUES(`value`, 24) OVER windows AS recent_values
  FROM window_states
  WINDOW windows AS (
    PARTITION BY series
    ORDER BY proc_time
  )
);
