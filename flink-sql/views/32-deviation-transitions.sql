-- What did each reading change? OK to an alarm: raised. High to Low or back, or a new 5-minute period in an open
-- alarm: renewed. A graver severity of the rule: escalated. An alarm to OK: cleared. Nothing changed: kind is null.
CREATE TEMPORARY VIEW deviation_transitions AS
SELECT
  *,
  CASE
    WHEN alarm_type = 'OK' AND previous_alarm_type = 'OK' THEN CAST(NULL AS STRING)
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN rule.severity = 'critical' AND NOT earlier.flag THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR earlier.is_new_period THEN 'renewed'
  END AS kind
FROM (
  SELECT
    *,
    CASE earlier.`now` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS alarm_type,
    CASE earlier.state WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS previous_alarm_type
  FROM deviation_states
);
