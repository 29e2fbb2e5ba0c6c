-- Which score has each row? Every one, not only those that raise an alarm.
INSERT INTO scores
SELECT
  entity,
  reading.sequence_number AS `row`,
  score,
  COALESCE(contributions['forest'], 0) AS forest
FROM novelty_scores
WHERE NOT rule_retired;
