-- In which state does each reading find its key, and in which does it leave it? Only where one of them is an alarm.
CREATE TEMPORARY VIEW deviation_states AS
SELECT
  `value`,
  event_time,
  multiplier,
  is_critical,
  READING(packed_reading) AS reading,
  RULE(packed_rule) AS rule,
  judged.mean AS mean,
  judged.stddev AS stddev,
  judged.was_critical AS was_critical,
  judged.is_new_period AS is_new_period,
  judged.recent_values AS recent_values,
  CASE judged.`now` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS alarm_type,
  CASE judged.earlier WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS previous_alarm_type
FROM deviation_history
WHERE judged.`now` > 0 OR judged.earlier > 0;
