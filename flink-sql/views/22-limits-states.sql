-- In which state does each reading find its key, and in which does it leave it? Only where one of them is an alarm.
-- The worst switch names the state. High-High and Low-Low are always critical.
CREATE TEMPORARY VIEW limits_states AS
SELECT
  *,
  READING(packed_reading) AS reading,
  RULE(packed_rule) AS rule,
  CASE WHEN latched.`now` IN (1, 2) OR is_critical THEN 'critical' ELSE 'warning' END AS alarm_severity,
  latched.`earlier` IN (1, 2) OR earlier.flag AS was_critical,
  earlier.is_new_period AS is_new_period,
  CASE latched.`now` WHEN 1 THEN 'High-High' WHEN 2 THEN 'Low-Low' WHEN 3 THEN 'High' WHEN 4 THEN 'Low' ELSE 'OK' END
    AS alarm_type,
  CASE latched.`earlier` WHEN 1 THEN 'High-High' WHEN 2 THEN 'Low-Low' WHEN 3 THEN 'High' WHEN 4 THEN 'Low' ELSE 'OK' END
    AS previous_alarm_type
FROM limits_history
WHERE latched.`now` > 0 OR latched.`earlier` > 0;
