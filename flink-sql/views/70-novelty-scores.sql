-- How new is each reading that a novelty rule judges, by the readings of the same rule, entity and metric before it?
-- In the order of arrival. Late readings, and those older than the newest, are judged and not learned. Until 150
-- readings are learned, `warm` is false and the score is 0. `contributions` says what the score is made of.
-- The key has the rule in it, so that a rule that has ceased to judge takes all that it remembered with it. Keys beyond
-- max_novelty_keys have no rows.
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
  late,
  numbers['warn'] AS warn,
  numbers['page'] AS page,
  severity = 'critical' AS is_critical,
  PERIOD_OF(arrival_time, 300000, rule_id, entity, metric) AS renewal_period,
  rule_retired,
  reading,
  rule
FROM novelty_rows;

CREATE TEMPORARY VIEW novelty_scores AS
SELECT
  rule_id,
  source,
  entity,
  metric,
  `value`,
  event_time,
  is_critical,
  rule_retired,
  reading,
  rule,
  score,
  contributions,
  warm,
  state,
  earlier_state,
  was_critical,
  is_new_period,
  recent_values
FROM NOVELTY(
  readings => TABLE novelty_readings PARTITION BY subject,
  max_keys => ${max_novelty_keys},
  uid => 'novelty'
);
