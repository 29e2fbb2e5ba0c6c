-- How new is each reading that a novelty rule judges, by the readings of the same rule, entity and metric before it?
-- In the order of arrival. A reading older than the newest is judged and not learned. Until 150 readings are
-- learned, `warm` is false and the score is 0. `contributions` says what the score is made of.
-- One column to partition by, because Flink 2.2 loses the parentheses around several when it expands a view.
CREATE TEMPORARY VIEW novelty_readings AS
SELECT
  CONCAT_WS(CHR(31), rule_id, source, entity, metric) AS subject,
  rule_id,
  source,
  entity,
  metric,
  `value`,
  CAST(event_time AS TIMESTAMP_LTZ(3)) AS event_time,
  rule_retired,
  reading,
  rule
FROM ruled_readings
WHERE rule_kind = 'novelty';

CREATE TEMPORARY VIEW novelty_scores AS
SELECT
  rule_id,
  source,
  entity,
  metric,
  `value`,
  event_time,
  rule_retired,
  reading,
  rule,
  score,
  contributions,
  warm
FROM NOVELTY(
  reading => TABLE novelty_readings PARTITION BY subject,
  uid => 'novelty'
);
