-- Which of its four limits is each value beyond, and which was the value before it? Each limit is a switch of its own:
-- on when the value is beyond it, off when the value is back inside by the dead-band or out on the other side, and in
-- between as it was. A reading older than the newest of its key can switch on, but never off. The first switch that is
-- on names the state: 1 High-High, 2 Low-Low, 3 High, 4 Low, 0 none.
-- With a min_duration_ms a switch goes on only after so long, by the readings' own time, without a value back inside.
-- A rule that has ceased to judge this key (rule_retired) switches all off, whatever value and time are.
-- In the order of arrival, for each rule, entity and metric; late readings are judged too. An open alarm is renewed
-- once in each 5 minutes (300,000 ms) of arrival; the periods of different keys are shifted, so that they do not all
-- renew in one moment.
CREATE TEMPORARY VIEW limits_history AS
SELECT
  *,
  FIRST_LATCHED(
    CASE WHEN NOT rule_retired THEN event_time END,
    min_duration_ms,
    CASE
      WHEN rule_retired THEN 0
      WHEN `value` > high_high THEN 1
      WHEN high_high IS NULL OR `value` <= high_high - dead_band OR `value` < COALESCE(low, low_low) THEN 0
    END,
    CASE
      WHEN rule_retired THEN 0
      WHEN `value` < low_low THEN 1
      WHEN low_low IS NULL OR `value` >= low_low + dead_band OR `value` > COALESCE(high, high_high) THEN 0
    END,
    CASE
      WHEN rule_retired THEN 0
      WHEN `value` > high THEN 1
      WHEN high IS NULL OR `value` <= high - dead_band OR `value` < COALESCE(low, low_low) THEN 0
    END,
    CASE
      WHEN rule_retired THEN 0
      WHEN `value` < low THEN 1
      WHEN low IS NULL OR `value` >= low + dead_band OR `value` > COALESCE(high, high_high) THEN 0
    END
  ) OVER history AS latched,
  EARLIER(0, is_critical, PERIOD_OF(arrival_time, 300000, series_hash)) OVER history AS earlier,
  RECENT_VALUES(`value`, 24) OVER history AS recent_values,
  COUNT(*) OVER history AS readings_seen
FROM limits_rows
WINDOW history AS (
  PARTITION BY series
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);
