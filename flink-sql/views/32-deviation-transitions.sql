-- What did each reading change? OK to an alarm: raised. High to Low or back, or a new 5-minute period in an open
-- alarm: renewed. A graver severity of the rule: escalated. An alarm to OK: cleared.
CREATE TEMPORARY VIEW deviation_transitions AS
SELECT
  *,
  CASE
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN is_critical AND NOT was_critical THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR is_new_period THEN 'renewed'
  END AS kind
FROM deviation_states;
