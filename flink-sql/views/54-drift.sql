-- Have the values of a key crept away from where they were when the rule began, by steps too small to see?
-- DRIFT_ALARM learns mean and σ from the first warm_up readings and adds up what later ones lie beyond the slack, a sum
-- for each side. 1 High or 2 Low when a sum passes the threshold, 0 when both have come down to half of it; in between
-- the state stays. In the order of arrival, for each rule, entity and metric; late readings are no part of it. A reading
-- older than the newest of its key is, and may raise an alarm, but never end one.
-- The reference stays as it was learned: values that keep their new level keep the alarm open. A rule with a new id
-- learns a new one. A rule that has ceased to judge this key (rule_retired) ends its alarm.
CREATE TEMPORARY VIEW drift_history AS
SELECT
  *,
  DRIFT_ALARM(
    `value`,
    event_time,
    late,
    rule_retired,
    warm_up,
    slack,
    threshold,
    is_critical,
    PERIOD_OF(arrival_time, 300000, series_hash),
    series_name
  ) OVER history AS judged
FROM drift_rows
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

-- In which state does each reading find its key, and in which does it leave it? Only where one of them is an alarm.
CREATE TEMPORARY VIEW drift_states AS
SELECT
  `value`,
  slack,
  event_time,
  is_critical,
  judged AS drift,
  judged.was_critical AS was_critical,
  judged.is_new_period AS is_new_period,
  judged.recent_values AS recent_values,
  READING(packed_reading) AS reading,
  RULE(packed_rule) AS rule,
  CASE judged.`now` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS alarm_type,
  CASE judged.earlier WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS previous_alarm_type
FROM drift_history
WHERE judged.`now` > 0 OR judged.earlier > 0;

CREATE TEMPORARY VIEW drift_transitions AS
SELECT
  *,
  CASE
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN is_critical AND NOT was_critical THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR is_new_period THEN 'renewed'
  END AS kind
FROM drift_states;
