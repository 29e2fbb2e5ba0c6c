-- In which state does each reading find its key, and in which does it leave it?
-- The worst trigger names the state. High-High and Low-Low are always critical.
CREATE TEMPORARY VIEW limits_states AS
SELECT
  *,
  LAG(alarm_type) OVER arrivals AS last_alarm_type,
  LAG(alarm_severity) OVER arrivals AS last_severity,
  LAG(newest_period) OVER arrivals AS last_period
FROM (
  SELECT
    *,
    CASE WHEN alarm_type IN ('High-High', 'Low-Low') THEN 'critical' ELSE severity END AS alarm_severity
  FROM (
    SELECT
      *,
      CASE
        WHEN high_high_trigger = 1 THEN 'High-High'
        WHEN low_low_trigger = 1 THEN 'Low-Low'
        WHEN high_trigger = 1 THEN 'High'
        WHEN low_trigger = 1 THEN 'Low'
        ELSE 'OK'
      END AS alarm_type
    FROM limits_triggers
  )
)
WINDOW arrivals AS (
  PARTITION BY rule_id, source, entity, metric
  ORDER BY proc_time
);
