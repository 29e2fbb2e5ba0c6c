-- For how long has each value been the same, as the flat detector sees it? Readings of the run so far, as a part of
-- those with which the rule alarms; nothing repeats itself in a run of one.
INSERT INTO point_scores
SELECT
  rule.rule_id,
  reading.entity,
  reading.metric,
  DATE_FORMAT(event_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CASE WHEN run.readings < 2 THEN 0 ELSE CAST(run.readings AS DOUBLE) / readings END
FROM (
  SELECT
    READING(packed_reading) AS reading,
    RULE(packed_rule) AS rule,
    event_time,
    run,
    readings
  FROM flat_runs
  WHERE NOT rule_retired
);
