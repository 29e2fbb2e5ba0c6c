-- For how long has each value been the same, and is that too long for a sensor that works?
-- Flat when the run has both the readings and the time that its rule names (one that it does not name always holds);
-- OK as soon as a value leaves the tolerance. In the order of arrival, for each rule, entity and metric. Late readings,
-- and those older than the newest of their key, are no part of the run. A rule that has ceased to judge this key
-- (rule_retired) ends its alarm. A repeated record counts as a reading.
CREATE TEMPORARY VIEW flat_runs AS
SELECT
  *,
  UNCHANGED(CASE WHEN NOT late AND NOT rule_retired THEN `value` END, event_time, tolerance) OVER history AS run,
  RECENT_VALUES(CASE WHEN NOT rule_retired THEN `value` END, 24) OVER history AS recent_values,
  COUNT(*) OVER history AS readings_seen
FROM flat_rows
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

CREATE TEMPORARY VIEW flat_states AS
SELECT
  *,
  EARLIER(judgement, is_critical, renewal_period) OVER history AS earlier
FROM (
  SELECT
    *,
    CASE
      WHEN rule_retired THEN 0
      WHEN run.readings < 2 THEN 0
      WHEN run.readings >= COALESCE(readings, 0)
        AND run.lasted_ms >= 1000 * COALESCE(duration_seconds, 0) THEN 1
      ELSE 0
    END AS judgement,
    PERIOD_OF(arrival_time, 300000, series_hash) AS renewal_period
  FROM flat_runs
)
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

CREATE TEMPORARY VIEW flat_transitions AS
SELECT
  *,
  CASE
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN is_critical AND NOT earlier.flag THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR earlier.is_new_period THEN 'renewed'
  END AS kind
FROM (
  SELECT
    *,
    READING(packed_reading) AS reading,
    RULE(packed_rule) AS rule,
    CASE earlier.`now` WHEN 1 THEN 'Flat' ELSE 'OK' END AS alarm_type,
    CASE earlier.state WHEN 1 THEN 'Flat' ELSE 'OK' END AS previous_alarm_type
  FROM flat_states
  WHERE earlier.`now` > 0 OR earlier.state > 0
);
