-- How fast does each value change, in the unit of time that its rule names, and is that too fast?
-- 1 High (rises faster than high), 2 Low (falls faster than low), 0 neither. Compared with the reading before it by at
-- least min_interval_seconds of event time; a reading nearer than that, a late one, and one older than the newest of its
-- key are neither judged nor compared with: the state stays. In the order of arrival, for each rule, entity and metric.
-- A rule that has ceased to judge this key (rule_retired) ends its alarm, whatever the values.
CREATE TEMPORARY VIEW rate_changes AS
SELECT
  *,
  PRECEDING(CASE WHEN NOT late AND NOT rule_retired THEN `value` END, event_time, 1000 * min_interval_seconds)
    OVER history AS preceding,
  COUNT(*) OVER history AS readings_seen
FROM (
  SELECT
    *,
    CASE `per` WHEN 'second' THEN 1000 WHEN 'hour' THEN 3600000 ELSE 60000 END AS unit_ms
  FROM rate_rows
)
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

CREATE TEMPORARY VIEW rate_states AS
SELECT
  *,
  EARLIER(judgement, is_critical, renewal_period) OVER history AS earlier,
  RECENT_VALUES(rate, 24) OVER history AS recent_values
FROM (
  SELECT
    *,
    CASE
      WHEN rule_retired THEN 0
      WHEN rate > high THEN 1
      WHEN rate < low THEN 2
      WHEN rate IS NOT NULL THEN 0
    END AS judgement,
    PERIOD_OF(arrival_time, 300000, series_hash) AS renewal_period
  FROM (
    SELECT
      *,
      CASE
        WHEN ABS(`value` - preceding.`value`) < 1E300 THEN (`value` - preceding.`value`) * unit_ms / preceding.elapsed_ms
      END AS rate
    FROM rate_changes
  )
)
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

CREATE TEMPORARY VIEW rate_transitions AS
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
    CASE earlier.`now` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS alarm_type,
    CASE earlier.state WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS previous_alarm_type
  FROM rate_states
  WHERE earlier.`now` > 0 OR earlier.state > 0
);
