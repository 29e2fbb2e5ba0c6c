-- In which state does each reading find its key, and in which does it leave it? Only where one of them is an alarm.
-- The worst switch names the state. High-High and Low-Low are always critical.
CREATE TEMPORARY VIEW limits_states AS
SELECT
  `value`,
  event_time,
  READING(packed_reading) AS reading,
  RULE(packed_rule) AS rule,
  CASE WHEN judged.`now` IN (1, 2) OR is_critical THEN 'critical' ELSE 'warning' END AS alarm_severity,
  judged.earlier IN (1, 2) OR judged.was_critical AS was_critical,
  judged.is_new_period AS is_new_period,
  judged.readings_seen AS readings_seen,
  judged.recent_values AS recent_values,
  CASE judged.`now` WHEN 1 THEN 'High-High' WHEN 2 THEN 'Low-Low' WHEN 3 THEN 'High' WHEN 4 THEN 'Low' ELSE 'OK' END
    AS alarm_type,
  CASE judged.earlier WHEN 1 THEN 'High-High' WHEN 2 THEN 'Low-Low' WHEN 3 THEN 'High' WHEN 4 THEN 'Low' ELSE 'OK' END
    AS previous_alarm_type
FROM limits_history
WHERE judged.`now` > 0 OR judged.earlier > 0;
