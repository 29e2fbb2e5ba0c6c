-- Which of its four limits is each value beyond? Each limit is a trigger of its own: on when the value is beyond it,
-- off when the value is back inside by the dead-band or out on the other side, and in between as it was before.
-- A reading older than the newest of its key can switch a trigger on, but never off.
-- A rule that has ceased to judge this key (rule_retired) switches all off, whatever the value.
CREATE TEMPORARY VIEW limits_triggers AS
SELECT
  *,
  LAST_VALUE(
    CASE
      WHEN rule_retired THEN 0
      WHEN `value` > high_high THEN 1
      WHEN event_time < newest_event_time THEN NULL
      WHEN high_high IS NULL OR `value` <= high_high - dead_band OR `value` < COALESCE(low, low_low) THEN 0
    END
  ) OVER history AS high_high_trigger,
  LAST_VALUE(
    CASE
      WHEN rule_retired THEN 0
      WHEN `value` > high THEN 1
      WHEN event_time < newest_event_time THEN NULL
      WHEN high IS NULL OR `value` <= high - dead_band OR `value` < COALESCE(low, low_low) THEN 0
    END
  ) OVER history AS high_trigger,
  LAST_VALUE(
    CASE
      WHEN rule_retired THEN 0
      WHEN `value` < low THEN 1
      WHEN event_time < newest_event_time THEN NULL
      WHEN low IS NULL OR `value` >= low + dead_band OR `value` > COALESCE(high, high_high) THEN 0
    END
  ) OVER history AS low_trigger,
  LAST_VALUE(
    CASE
      WHEN rule_retired THEN 0
      WHEN `value` < low_low THEN 1
      WHEN event_time < newest_event_time THEN NULL
      WHEN low_low IS NULL OR `value` >= low_low + dead_band OR `value` > COALESCE(high, high_high) THEN 0
    END
  ) OVER history AS low_low_trigger
FROM limits_history
WINDOW history AS (
  PARTITION BY rule_id, source, entity, metric
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);
