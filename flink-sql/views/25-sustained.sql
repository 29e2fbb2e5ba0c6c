-- Which values have been beyond a limit for so long, without one back inside between?
-- By event time, so readings out of order are put in order first, and all waits for the watermark; late readings take no
-- part. side: 1 above high, 2 below low, 0 inside. A breach begins (A) where the side changes, and holds when readings
-- up to duration_seconds later (C) are all on that side (B). One match a breach: only its first reading can be an A. A
-- time without readings interrupts nothing; rules about missing data tell of it.
-- The first view names its keys in another order on purpose: rows then travel once more between tasks. MATCH_RECOGNIZE
-- keeps the rows that it is given, and a chained operator would hand it the same object each time (pipeline.object-reuse).
CREATE TEMPORARY VIEW sustained_sides AS
SELECT
  *,
  COALESCE(LAG(side) OVER (PARTITION BY metric, entity, source, rule_id ORDER BY event_time), 0) AS previous_side
FROM (
  SELECT
    rule_id,
    source,
    entity,
    metric,
    `value`,
    CASE WHEN rule_retired THEN 0 WHEN `value` > high THEN 1 WHEN `value` < low THEN 2 ELSE 0 END AS side,
    numbers['duration_seconds'] AS duration_seconds,
    reading,
    rule,
    event_time
  FROM ruled_readings
  WHERE rule_kind = 'sustained' AND NOT late
);

CREATE TEMPORARY VIEW sustained_breaches AS
SELECT
  *
FROM sustained_sides
MATCH_RECOGNIZE (
  PARTITION BY rule_id, source, entity, metric
  ORDER BY event_time
  MEASURES
    C.`value` AS `value`,
    C.side AS side,
    C.reading AS reading,
    C.rule AS rule,
    MATCH_ROWTIME() AS event_time
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B* C)
  DEFINE
    A AS A.side > 0 AND A.side <> A.previous_side,
    B AS B.side = A.side AND TIMESTAMPDIFF(SECOND, A.event_time, B.event_time) < B.duration_seconds,
    C AS C.side = A.side AND TIMESTAMPDIFF(SECOND, A.event_time, C.event_time) >= C.duration_seconds
);

-- Each reading, and behind the last one of a breach that has held for long enough that breach itself. A breach raises
-- its side; a reading inside the limits clears; a reading beyond them only renews what is open.
CREATE TEMPORARY VIEW sustained_states AS
SELECT
  *,
  EARLIER(judgement, rule.severity = 'critical', renewal_period) OVER history AS earlier,
  RECENT_VALUES(CASE WHEN NOT is_breach THEN `value` END, 24) OVER history AS recent_values
FROM (
  SELECT
    *,
    PERIOD_OF(reading.arrival_time, 300000, rule_id, entity, metric) AS renewal_period
  FROM (
    SELECT
      rule_id,
      source,
      entity,
      metric,
      `value`,
      CASE WHEN side = 0 THEN 0 END AS judgement,
      FALSE AS is_breach,
      reading,
      rule,
      event_time
    FROM sustained_sides
    UNION ALL
    SELECT
      rule_id,
      source,
      entity,
      metric,
      `value`,
      side AS judgement,
      TRUE AS is_breach,
      reading,
      rule,
      event_time
    FROM sustained_breaches
  )
)
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
