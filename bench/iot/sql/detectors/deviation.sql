-- By how much does each reading stray, as the deviation detector sees it? Its distance from the mean of the readings
-- before, in multiples of k·σ. A reading that the detector lets pass for another reason (too few samples) is below 1.
-- Judged by the detector's function with its arguments, and TRUE to be told of quiet readings, too.
INSERT INTO point_scores
SELECT
  rule.rule_id,
  reading.entity,
  reading.metric,
  DATE_FORMAT(event_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CASE
    WHEN judged.`now` = 0 THEN LEAST(distance, 0.999)
    ELSE GREATEST(distance, 1)
  END
FROM (
  SELECT
    READING(packed_reading) AS reading,
    RULE(packed_rule) AS rule,
    event_time,
    judged,
    CASE
      WHEN judged.mean IS NULL OR `value` = judged.mean THEN 0
      WHEN judged.stddev = 0 THEN 1000
      ELSE LEAST(1000, ABS(`value` - judged.mean) / (multiplier * judged.stddev))
    END AS distance
  FROM (
    SELECT
      `value`,
      event_time,
      multiplier,
      packed_reading,
      packed_rule,
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
        CAST(0 AS BIGINT),
        series_name,
        TRUE
      ) OVER history AS judged
    FROM (
      SELECT
        series,
        series_name,
        `value`,
        event_time,
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
    )
  )
);
