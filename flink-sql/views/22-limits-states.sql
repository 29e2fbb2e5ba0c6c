-- In which state does each reading find its key, and in which does it leave it?
-- The worst switch names the state. High-High and Low-Low are always critical.
CREATE TEMPORARY VIEW limits_states AS
SELECT
  *,
  CASE WHEN latched.`now` IN (1, 2) THEN 'critical' ELSE rule.severity END AS alarm_severity,
  latched.`earlier` IN (1, 2) OR earlier.flag AS was_critical,
  earlier.is_new_period AS is_new_period
FROM (
  SELECT
    *,
    CASE latched.`now` WHEN 1 THEN 'High-High' WHEN 2 THEN 'Low-Low' WHEN 3 THEN 'High' WHEN 4 THEN 'Low' ELSE 'OK' END
      AS alarm_type,
    CASE latched.`earlier` WHEN 1 THEN 'High-High' WHEN 2 THEN 'Low-Low' WHEN 3 THEN 'High' WHEN 4 THEN 'Low' ELSE 'OK' END
      AS previous_alarm_type
  FROM limits_history
);
