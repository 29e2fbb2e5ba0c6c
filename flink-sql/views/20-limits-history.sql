-- Which of its four limits is each series beyond, and which was it before? Each limit is a switch of its own: on when
-- the value is beyond it, off when the value is back inside by the dead-band or out on the other side, and in between as
-- it was. A reading older than the newest of its key can switch on, but never off. The first switch that is on names the
-- state: 1 High-High, 2 Low-Low, 3 High, 4 Low, 0 none.
-- With a min_duration_ms a switch goes on only after so long, by the readings' own time, without a value back inside.
-- A rule that has ceased to judge this key (rule_retired) switches all off, whatever value and time are.
-- In the order of arrival, for each rule, entity and metric; late readings are judged too. An open alarm is renewed
-- once in each 5 minutes (300,000 ms) of arrival; the periods of different keys are shifted, so that they do not all
-- renew in one moment. LIMIT_ALARM also counts the readings and keeps the newest values, and tells of them where there is
-- an alarm.
CREATE TEMPORARY VIEW limits_history AS
SELECT
  `value`,
  event_time,
  is_critical,
  packed_reading,
  packed_rule,
  proc_time,
  LIMIT_ALARM(
    `value`,
    event_time,
    rule_retired,
    low_low,
    low,
    high,
    high_high,
    dead_band,
    min_duration_ms,
    is_critical,
    PERIOD_OF(arrival_time, 300000, series_hash)
  ) OVER history AS judged
FROM limits_rows
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);
