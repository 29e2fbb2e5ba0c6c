-- Is each reading further from the mean of the last ${deviation_rows} before it than k·σ, and by enough of the mean to
-- matter? 1 High, 2 Low, 0 neither; and which was it before? With σ = 0 any change by more than the relative minimum
-- counts. Too few samples: no judgement, the state stays. In the order of arrival, for each rule, entity and metric.
-- Late readings are judged, but are in no baseline. A reading older than the newest of its key may raise an alarm, but
-- never ends one. A rule that has ceased to judge this key (rule_retired) ends its alarm, whatever the value.
-- With hold_readings a reading that strays is in no baseline either, until so many have strayed in a row: then those are
-- the baseline.
-- A rule without a multiplier of its own takes that of the stage. The period is that of 5 minutes (300,000 ms) in which
-- an open alarm is renewed once; other keys' begin at other times.
CREATE TEMPORARY VIEW deviation_history AS
SELECT
  `value`,
  event_time,
  multiplier,
  is_critical,
  packed_reading,
  packed_rule,
  proc_time,
  DEVIATION_ALARM(
    `value`,
    event_time,
    late,
    rule_retired,
    multiplier,
    min_samples,
    min_relative_deviation,
    hold_readings,
    ${deviation_rows},
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
    COALESCE(multiplier, CAST(${anomaly_threshold_multiplier} AS DOUBLE)) AS multiplier,
    min_samples,
    min_relative_deviation,
    hold_readings,
    is_critical,
    rule_retired,
    packed_reading,
    packed_rule,
    proc_time
  FROM deviation_rows
)
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);
