-- Which readings are a sign of life, and of what? Of one metric of one entity for a rule of kind `missing`, of a whole
-- source for one of kind `silence`. The first of each second of arrival says it for all (of a rule with `min_seconds`
-- below 30 the first of each thirtieth of that).
-- Late readings are a sign of life, too: the event_time of these rows is when the reading arrived.
CREATE TEMPORARY VIEW missing_expected AS
SELECT
  series,
  series_name,
  expected_seconds,
  factor,
  min_gaps,
  min_seconds,
  rule_retired,
  packed_reading,
  packed_rule,
  event_time
FROM missing_rows;

CREATE TEMPORARY VIEW silence_expected AS
SELECT
  series,
  series_name,
  expected_seconds,
  factor,
  min_gaps,
  min_seconds,
  rule_retired,
  packed_reading,
  packed_rule,
  event_time
FROM silence_rows;
