-- Is each reading further from the mean of those before it than k·σ, and by enough of the mean to matter?
-- 1 High, 2 Low, 0 neither. With σ = 0 any change by more than the relative minimum counts. Too few samples: no
-- judgement, the state stays. A reading older than the newest of its key may raise an alarm, but never ends one.
-- A rule that has ceased to judge this key (rule_retired) ends its alarm, whatever the value.
CREATE TEMPORARY VIEW deviation_states AS
SELECT
  *,
  EARLIER(judgement, rule.severity = 'critical', renewal_period) OVER history AS earlier,
  RECENT_VALUES(`value`, 24) OVER history AS recent_values
FROM (
  SELECT
    *,
    CASE
      WHEN rule_retired THEN 0
      WHEN samples < rule.min_samples OR `value` IS NULL THEN CAST(NULL AS INT)
      WHEN ABS(`value` - mean) > multiplier * stddev AND ABS(`value` - mean) > rule.min_relative_deviation * ABS(mean)
        THEN CASE WHEN `value` > mean THEN 1 ELSE 2 END
      WHEN event_time >= newest_event_time THEN 0
    END AS judgement,
    PERIOD_OF(reading.arrival_time, 300000, rule_id, entity, metric) AS renewal_period
  FROM (
    SELECT
      *,
      baseline.samples AS samples,
      baseline.mean AS mean,
      baseline.stddev AS stddev
    FROM deviation_history
  )
)
WINDOW history AS (
  PARTITION BY rule_id, source, entity, metric
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);
