-- For how long has each value been the same, and is that too long for a sensor that works?
-- 1 flat, 0 not, for each reading and the one before it. Flat when the run has both the readings and the time that its
-- rule names (one that it does not name always holds); OK as soon as a value leaves the tolerance. In the order of
-- arrival, for each rule, entity and metric. Late readings, and those older than the newest of their key, are no part of
-- the run. A rule that has ceased to judge this key (rule_retired) ends its alarm. A repeated record counts as a reading.
CREATE TEMPORARY VIEW flat_history AS
SELECT
  *,
  FLAT_ALARM(
    `value`,
    event_time,
    late,
    rule_retired,
    COALESCE(readings, 0),
    COALESCE(duration_seconds, 0),
    tolerance,
    is_critical,
    PERIOD_OF(arrival_time, 300000, series_hash)
  ) OVER history AS judged
FROM flat_rows
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

-- In which state does each reading find its key, and in which does it leave it? Only where one of them is an alarm.
CREATE TEMPORARY VIEW flat_states AS
SELECT
  `value`,
  event_time,
  is_critical,
  judged.was_critical AS was_critical,
  judged.is_new_period AS is_new_period,
  judged.readings_seen AS readings_seen,
  judged.recent_values AS recent_values,
  READING(packed_reading) AS reading,
  RULE(packed_rule) AS rule,
  CASE judged.`now` WHEN 1 THEN 'Flat' ELSE 'OK' END AS alarm_type,
  CASE judged.earlier WHEN 1 THEN 'Flat' ELSE 'OK' END AS previous_alarm_type
FROM flat_history
WHERE judged.`now` > 0 OR judged.earlier > 0;

CREATE TEMPORARY VIEW flat_transitions AS
SELECT
  *,
  CASE
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN is_critical AND NOT was_critical THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR is_new_period THEN 'renewed'
  END AS kind
FROM flat_states;
