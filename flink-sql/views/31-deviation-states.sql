-- Is each reading further from the mean of those before it than k·σ, and by enough of the mean to matter?
-- With σ = 0 any change by more than the relative minimum counts. Too few samples: no judgement, the state stays.
-- A reading older than the newest of its key may raise an alarm, but never ends one.
-- A rule that has ceased to judge this key (rule_retired) ends its alarm, whatever the value.
CREATE TEMPORARY VIEW deviation_states AS
SELECT
  *,
  LAST_VALUE(
    CASE
      WHEN rule_retired THEN 'OK'
      WHEN samples < min_samples OR `value` IS NULL THEN NULL
      WHEN ABS(`value` - mean) > multiplier * stddev AND ABS(`value` - mean) > min_relative_deviation * ABS(mean)
        THEN CASE WHEN `value` > mean THEN 'High' ELSE 'Low' END
      WHEN event_time >= newest_event_time THEN 'OK'
    END
  ) OVER history AS last_judgement
FROM (
  SELECT
    *,
    baseline.samples AS samples,
    baseline.mean AS mean,
    baseline.stddev AS stddev
  FROM deviation_history
)
WINDOW history AS (
  PARTITION BY rule_id, source, entity, metric
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);
