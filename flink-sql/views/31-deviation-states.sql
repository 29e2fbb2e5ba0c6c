-- In which state does each reading find its key, and in which does it leave it? Only where one of them is an alarm.
CREATE TEMPORARY VIEW deviation_states AS
SELECT
  *,
  READING(packed_reading) AS reading,
  RULE(packed_rule) AS rule,
  strayed.mean AS mean,
  strayed.stddev AS stddev,
  earlier.flag AS was_critical,
  earlier.is_new_period AS is_new_period,
  CASE strayed.`now` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS alarm_type,
  CASE strayed.`earlier` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS previous_alarm_type
FROM deviation_history
WHERE strayed.`now` > 0 OR strayed.`earlier` > 0;
