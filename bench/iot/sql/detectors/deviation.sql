-- By how much does each reading stray, as the deviation detector sees it? Its distance from the mean of the readings
-- before, in multiples of k·σ. A reading that the detector lets pass for another reason (too few samples) is below 1.
INSERT INTO point_scores
SELECT
  rule.rule_id,
  reading.entity,
  reading.metric,
  DATE_FORMAT(event_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CASE
    WHEN strayed.`now` = 0 THEN LEAST(distance, 0.999)
    ELSE GREATEST(distance, 1)
  END
FROM (
  SELECT
    READING(packed_reading) AS reading,
    RULE(packed_rule) AS rule,
    event_time,
    strayed,
    CASE
      WHEN strayed.mean IS NULL OR `value` = strayed.mean THEN 0
      WHEN strayed.stddev = 0 THEN 1000
      ELSE LEAST(1000, ABS(`value` - strayed.mean) / (multiplier * strayed.stddev))
    END AS distance
  FROM deviation_history
);
