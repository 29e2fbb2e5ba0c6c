-- Which values have been beyond a limit for so long, without one back inside between?
-- By event time, so readings out of order are put in order first, and all waits for the watermark; late readings take no
-- part. side: 1 above high, 2 below low, 0 inside. A time without readings interrupts nothing; rules about missing data
-- tell of it.
-- The first view names its keys in another order on purpose: rows then travel once more between tasks. MATCH_RECOGNIZE
-- keeps the rows that it is given, and a chained operator would hand it the same object each time (pipeline.object-reuse).
CREATE TEMPORARY VIEW sustained_sides AS
SELECT
  *,
  COALESCE(LAG(side) OVER history, 0) AS previous_side,
  COALESCE(LAG(renewal_period) OVER history, 0) AS previous_period,
  RECENT_VALUES(CASE WHEN NOT rule_retired THEN `value` END, 24) OVER history AS recent_values
FROM (
  SELECT
    rule_id,
    source,
    entity,
    metric,
    `value`,
    CASE WHEN rule_retired THEN 0 WHEN `value` > high THEN 1 WHEN `value` < low THEN 2 ELSE 0 END AS side,
    PERIOD_OF(arrival_time, 300000, rule_id, entity, metric) AS renewal_period,
    numbers['duration_seconds'] AS duration_seconds,
    rule_retired,
    reading,
    rule,
    event_time
  FROM sustained_rows
  WHERE NOT late
)
WINDOW history AS (
  PARTITION BY metric, entity, source, rule_id
  ORDER BY event_time
);

-- A value inside after another says nothing new: without these, patterns are only looked for where something is beyond a
-- limit. The first one inside stays, because it ends a breach.
CREATE TEMPORARY VIEW sustained_changes AS
SELECT
  *
FROM sustained_sides
WHERE side > 0 OR previous_side > 0;

-- A breach begins (A) where the side changes, and holds when readings up to duration_seconds later (C) are all on that
-- side (B). It also counts from the first reading of each 5 minutes, so that one that lasts is said again. A value inside
-- is a match of its own (C without A: Flink knows that only by a column that may be null). All in
-- one pattern and not in two branches: where branches meet, one may be idle while the other moves time on, and what comes
-- through the idle one is lost as late.
CREATE TEMPORARY VIEW sustained_matches AS
SELECT
  *
FROM sustained_changes
MATCH_RECOGNIZE (
  PARTITION BY rule_id, source, entity, metric
  ORDER BY event_time
  MEASURES
    C.`value` AS `value`,
    C.side AS judgement,
    C.renewal_period AS renewal_period,
    C.reading AS reading,
    C.rule AS rule,
    C.recent_values AS recent_values,
    MATCH_ROWTIME() AS event_time
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A? B* C)
  DEFINE
    A AS A.side > 0 AND (A.side <> A.previous_side OR A.renewal_period <> A.previous_period),
    B AS B.side = A.side AND TIMESTAMPDIFF(SECOND, A.event_time, B.event_time) < B.duration_seconds,
    C AS (C.side = 0 AND A.duration_seconds IS NULL)
      OR (C.side = A.side AND TIMESTAMPDIFF(SECOND, A.event_time, C.event_time) >= C.duration_seconds)
);

CREATE TEMPORARY VIEW sustained_states AS
SELECT
  *,
  EARLIER(judgement, rule.severity = 'critical', renewal_period) OVER history AS earlier
FROM sustained_matches
WINDOW history AS (
  PARTITION BY rule_id, source, entity, metric
  ORDER BY event_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

CREATE TEMPORARY VIEW sustained_transitions AS
SELECT
  *,
  CASE
    WHEN alarm_type = 'OK' AND previous_alarm_type = 'OK' THEN CAST(NULL AS STRING)
    WHEN previous_alarm_type = 'OK' THEN 'raised'
    WHEN alarm_type = 'OK' THEN 'cleared'
    WHEN rule.severity = 'critical' AND NOT earlier.flag THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR earlier.is_new_period THEN 'renewed'
  END AS kind
FROM (
  SELECT
    *,
    CASE earlier.`now` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS alarm_type,
    CASE earlier.state WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS previous_alarm_type
  FROM sustained_states
);
