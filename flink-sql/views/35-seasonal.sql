-- Is each reading further than k·σ from the mean of its hour of the day, and by enough of the mean to matter?
-- 48 baselines a key: 24 hours, weekends apart, in the rule's time zone, by event time. 1 High, 2 Low, 0 neither. An hour
-- with too few readings or days: no judgement, the state stays. In the order of arrival, for each rule, entity and
-- metric; late readings are judged, but enter no baseline and end no alarm. A rule without a multiplier of its own takes
-- that of the stage. A rule that has ceased to judge this key (rule_retired) ends its alarm.
CREATE TEMPORARY VIEW seasonal_history AS
SELECT
  *,
  SEASONAL_STATS(CASE WHEN NOT late AND NOT rule_retired THEN `value` END, event_time, time_zone) OVER history AS baseline,
  RECENT_VALUES(CASE WHEN NOT rule_retired THEN `value` END, 24) OVER history AS recent_values,
  MAX(event_time) OVER history AS newest_event_time
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

CREATE TEMPORARY VIEW seasonal_states AS
SELECT
  *,
  EARLIER(judgement, is_critical, renewal_period) OVER history AS earlier
FROM (
  SELECT
    *,
    CASE
      WHEN rule_retired THEN 0
      WHEN LEARNING(baseline.samples < min_samples OR baseline.days < min_days, series_name) THEN CAST(NULL AS INT)
      WHEN ABS(`value` - mean) > multiplier * stddev AND ABS(`value` - mean) > min_relative_deviation * ABS(mean)
        THEN CASE WHEN `value` > mean THEN 1 ELSE 2 END
      WHEN event_time >= newest_event_time THEN 0
    END AS judgement,
    PERIOD_OF(arrival_time, 300000, series_hash) AS renewal_period
  FROM (
    SELECT
      *,
      baseline.mean AS mean,
      baseline.stddev AS stddev
    FROM seasonal_history
  )
)
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

CREATE TEMPORARY VIEW seasonal_transitions AS
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
  FROM seasonal_states
  WHERE earlier.`now` > 0 OR earlier.state > 0
);
