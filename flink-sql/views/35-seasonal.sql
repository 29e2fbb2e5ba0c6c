-- Is each reading further than k·σ from the mean of its hour of the day, and by enough of the mean to matter?
-- 48 baselines a key: 24 hours, weekends apart, in the rule's time zone, by event time. 1 High, 2 Low, 0 neither; and
-- which was it before? An hour with too few readings or days: no judgement, the state stays. In the order of arrival, for
-- each rule, entity and metric; late readings are judged, but enter no baseline. A reading older than the newest of its
-- key may raise an alarm, but never ends one. A rule without a multiplier of its own takes that of the stage. A rule that
-- has ceased to judge this key (rule_retired) ends its alarm.
CREATE TEMPORARY VIEW seasonal_history AS
SELECT
  *,
  SEASONAL_ALARM(
    `value`,
    event_time,
    late,
    rule_retired,
    time_zone,
    multiplier,
    min_samples,
    min_relative_deviation,
    min_days,
    is_critical,
    PERIOD_OF(arrival_time, 300000, series_hash),
    series_name
  ) OVER history AS judged
FROM (
  SELECT
    series,
    series_hash,
    series_name,
    `value`,
    event_time,
    arrival_time,
    late,
    time_zone,
    COALESCE(multiplier, CAST(${anomaly_threshold_multiplier} AS DOUBLE)) AS multiplier,
    min_samples,
    min_relative_deviation,
    min_days,
    is_critical,
    rule_retired,
    packed_reading,
    packed_rule,
    proc_time
  FROM seasonal_rows
)
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

-- In which state does each reading find its key, and in which does it leave it? Only where one of them is an alarm.
CREATE TEMPORARY VIEW seasonal_states AS
SELECT
  `value`,
  multiplier,
  event_time,
  is_critical,
  judged.mean AS mean,
  judged.stddev AS stddev,
  judged.was_critical AS was_critical,
  judged.is_new_period AS is_new_period,
  judged.recent_values AS recent_values,
  READING(packed_reading) AS reading,
  RULE(packed_rule) AS rule,
  CASE judged.`now` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS alarm_type,
  CASE judged.earlier WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS previous_alarm_type
FROM seasonal_history
WHERE judged.`now` > 0 OR judged.earlier > 0;

CREATE TEMPORARY VIEW seasonal_transitions AS
SELECT
  *,
  CASE
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN is_critical AND NOT was_critical THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR is_new_period THEN 'renewed'
  END AS kind
FROM seasonal_states;
