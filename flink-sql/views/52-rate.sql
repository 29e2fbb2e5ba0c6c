-- How fast does each value change, in the unit of time that its rule names, and is that too fast?
-- 1 High (rises faster than high), 2 Low (falls faster than low), 0 neither, for each reading and the one before it.
-- Compared with the reading before it by at least min_interval_seconds of event time; a reading nearer than that, a late
-- one, and one older than the newest of its key are neither judged nor compared with: the state stays. In the order of
-- arrival, for each rule, entity and metric. A rule that has ceased to judge this key (rule_retired) ends its alarm,
-- whatever the values.
CREATE TEMPORARY VIEW rate_history AS
SELECT
  *,
  RATE_ALARM(
    `value`,
    event_time,
    late,
    rule_retired,
    CASE `per` WHEN 'second' THEN 1000 WHEN 'hour' THEN 3600000 ELSE 60000 END,
    1000 * min_interval_seconds,
    low,
    high,
    is_critical,
    PERIOD_OF(arrival_time, 300000, series_hash)
  ) OVER history AS judged
FROM rate_rows
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

-- In which state does each reading find its key, and in which does it leave it? Only where one of them is an alarm.
CREATE TEMPORARY VIEW rate_states AS
SELECT
  judged.rate AS rate,
  low,
  high,
  event_time,
  is_critical,
  judged.was_critical AS was_critical,
  judged.is_new_period AS is_new_period,
  judged.readings_seen AS readings_seen,
  judged.recent_values AS recent_values,
  READING(packed_reading) AS reading,
  RULE(packed_rule) AS rule,
  CASE judged.`now` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS alarm_type,
  CASE judged.earlier WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS previous_alarm_type
FROM rate_history
WHERE judged.`now` > 0 OR judged.earlier > 0;

CREATE TEMPORARY VIEW rate_transitions AS
SELECT
  *,
  CASE
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN is_critical AND NOT was_critical THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR is_new_period THEN 'renewed'
  END AS kind
FROM rate_states;
