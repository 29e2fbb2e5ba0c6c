-- Have the values of a key crept away from where they were when the rule began, by steps too small to see?
-- DRIFT learns mean and σ from the first warm_up readings and adds up what later ones lie beyond the slack, a sum for
-- each side. 1 High or 2 Low when a sum passes the threshold, 0 when both have come down to half of it; in between the
-- state stays. In the order of arrival, for each rule, entity and metric; late readings are no part of it.
-- The reference stays as it was learned: values that keep their new level keep the alarm open. A rule with a new id
-- learns a new one. A rule that has ceased to judge this key (rule_retired) ends its alarm.
CREATE TEMPORARY VIEW drift_sums AS
SELECT
  *,
  DRIFT(CASE WHEN NOT late AND NOT rule_retired THEN `value` END, warm_up, slack, threshold) OVER history AS drift,
  RECENT_VALUES(CASE WHEN NOT rule_retired THEN `value` END, 24) OVER history AS recent_values
FROM drift_rows
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

CREATE TEMPORARY VIEW drift_states AS
SELECT
  *,
  EARLIER(judgement, is_critical, renewal_period) OVER history AS earlier
FROM (
  SELECT
    *,
    CASE
      WHEN rule_retired THEN 0
      WHEN LEARNING(drift.mean IS NULL, series_name) THEN CAST(NULL AS INT)
      WHEN drift.risen > threshold AND drift.risen >= drift.fallen THEN 1
      WHEN drift.fallen > threshold THEN 2
      WHEN drift.risen <= threshold / 2 AND drift.fallen <= threshold / 2 THEN 0
    END AS judgement,
    PERIOD_OF(arrival_time, 300000, series_hash) AS renewal_period
  FROM drift_sums
)
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

CREATE TEMPORARY VIEW drift_transitions AS
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
  FROM drift_states
  WHERE earlier.`now` > 0 OR earlier.state > 0
);
