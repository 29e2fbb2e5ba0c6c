-- What did each reading change? OK to an alarm: raised. A graver state or severity: escalated. Any other change of
-- an open alarm, or a new 5-minute period in it: renewed. An alarm to OK: cleared. None of these: kind is null.
CREATE TEMPORARY VIEW limits_transitions AS
SELECT
  *,
  CASE
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN alarm_severity = 'critical' AND NOT was_critical THEN 'escalated'
    WHEN alarm_type IN ('High-High', 'Low-Low') AND previous_alarm_type IN ('High', 'Low') THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR is_new_period THEN 'renewed'
  END AS kind
FROM limits_states;
