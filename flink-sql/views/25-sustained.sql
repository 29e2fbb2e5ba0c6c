-- Which values have been beyond a limit for so long, without one back inside between?
-- By event time, so readings out of order are put in order first, and all waits for the watermark; late readings take no
-- part. side: 1 above high, 2 below low, 0 inside. A time without readings interrupts nothing; rules about missing data
-- tell of it.
-- Putting in order is dear, and most readings are far from any breach: NEAR_BREACH, in the order of arrival, leaves those
-- out. One beyond a limit that comes after them says by good_at when the newest of them was that is not newer than itself.
CREATE TEMPORARY VIEW sustained_readings AS
SELECT
  series,
  series_hash,
  `value`,
  event_time,
  arrival_time,
  duration_seconds,
  is_critical,
  rule_retired,
  packed_reading,
  packed_rule,
  proc_time,
  NEAR_BREACH(`value`, event_time, rule_retired, low, high) OVER history AS judged
FROM sustained_rows
WHERE NOT late
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

-- Partitioned by the hash, too, so that rows travel before and after it. MATCH_RECOGNIZE keeps the rows that it is given,
-- and a chained operator would hand it the same object each time (pipeline.object-reuse).
CREATE TEMPORARY VIEW sustained_sides AS
SELECT
  *,
  COALESCE(LAG(side) OVER history, 0) AS last_side,
  LAG(read_time) OVER history AS last_time,
  COALESCE(LAG(renewal_period) OVER history, 0) AS previous_period
FROM (
  SELECT
    series,
    series_hash,
    `value`,
    judged.side AS side,
    judged.good_at AS good_at,
    PERIOD_OF(arrival_time, 300000, series_hash) AS renewal_period,
    duration_seconds,
    is_critical,
    judged.recent_values AS recent_values,
    packed_reading,
    packed_rule,
    CAST(event_time AS TIMESTAMP_LTZ(3)) AS read_time,
    event_time
  FROM sustained_readings
  WHERE judged.is_near OR rule_retired
)
WINDOW history AS (
  PARTITION BY series_hash, series
  ORDER BY event_time
);

-- A value inside after another says nothing new: without these, patterns are only looked for where something is beyond a
-- limit. The first one inside stays, because it ends a breach.
CREATE TEMPORARY VIEW sustained_changes AS
SELECT
  *,
  CASE WHEN good_at > last_time THEN 0 ELSE last_side END AS previous_side
FROM sustained_sides
WHERE side > 0 OR last_side > 0;

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
  PARTITION BY series
  ORDER BY event_time
  MEASURES
    C.`value` AS `value`,
    C.side AS judgement,
    C.renewal_period AS renewal_period,
    C.is_critical AS is_critical,
    C.packed_reading AS packed_reading,
    C.packed_rule AS packed_rule,
    C.recent_values AS recent_values,
    MATCH_ROWTIME() AS event_time
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A? B* C)
  DEFINE
    A AS A.side > 0 AND (A.side <> A.previous_side OR A.renewal_period <> A.previous_period),
    B AS B.side = A.side AND B.previous_side = A.side
      AND TIMESTAMPDIFF(SECOND, A.event_time, B.event_time) < B.duration_seconds,
    C AS (C.side = 0 AND A.duration_seconds IS NULL)
      OR (C.side = A.side AND C.previous_side = A.side
        AND TIMESTAMPDIFF(SECOND, A.event_time, C.event_time) >= C.duration_seconds)
);

CREATE TEMPORARY VIEW sustained_states AS
SELECT
  *,
  EARLIER(judgement, is_critical, renewal_period) OVER history AS earlier
FROM sustained_matches
WINDOW history AS (
  PARTITION BY series
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
    WHEN is_critical AND NOT earlier.flag THEN 'escalated'
    WHEN alarm_type <> previous_alarm_type OR earlier.is_new_period THEN 'renewed'
  END AS kind
FROM (
  SELECT
    *,
    READING(packed_reading) AS reading,
    RULE(packed_rule) AS rule,
    CASE earlier.`now` WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS alarm_type,
    CASE earlier.state WHEN 1 THEN 'High' WHEN 2 THEN 'Low' ELSE 'OK' END AS previous_alarm_type
  FROM sustained_states
);
