-- Which readings are a sign of life, and of what? Of one metric of one entity for a rule of kind `missing`, of a whole
-- source for one of kind `silence`: those rows have `*` for entity and metric, and come at most once a second.
-- Late readings are a sign of life, too: the event_time of these rows is when the reading arrived.
CREATE TEMPORARY VIEW missing_expected AS
SELECT
  rule_id,
  source,
  entity,
  metric,
  numbers['expected_seconds'] AS expected_seconds,
  numbers['factor'] AS factor,
  numbers['min_gaps'] AS min_gaps,
  numbers['min_seconds'] AS min_seconds,
  rules_version,
  severity,
  route,
  arrival_time,
  late,
  `stream`,
  shard_id,
  sequence_number,
  labels,
  rule_retired,
  event_time
FROM missing_rows;

CREATE TEMPORARY VIEW silence_expected AS
SELECT
  rule_id,
  source,
  entity,
  metric,
  numbers['expected_seconds'] AS expected_seconds,
  numbers['factor'] AS factor,
  numbers['min_gaps'] AS min_gaps,
  numbers['min_seconds'] AS min_seconds,
  rules_version,
  severity,
  route,
  arrival_time,
  late,
  `stream`,
  shard_id,
  sequence_number,
  labels,
  rule_retired,
  event_time
FROM silence_rows;
