-- What came before each reading that a limits rule judges? In the order of arrival, for each rule, entity and metric.
-- Late readings are judged too. An open alarm is renewed once in each 5 minutes (300,000 ms) of arrival; the periods
-- of different keys are shifted, so that they do not all renew in one moment.
CREATE TEMPORARY VIEW limits_history AS
SELECT
  *,
  MAX(event_time) OVER history AS newest_event_time,
  MAX(renewal_period) OVER history AS newest_period,
  RECENT_VALUES(`value`, 24) OVER history AS recent_values
FROM (
  SELECT
    `stream`,
    source,
    entity,
    metric,
    `value`,
    CAST(event_time AS TIMESTAMP_LTZ(3)) AS event_time,
    arrival_time,
    PERIOD_OF(arrival_time, 300000, rule_id, entity, metric) AS renewal_period,
    late,
    labels,
    shard_id,
    sequence_number,
    rule_id,
    rules_version,
    severity,
    route,
    rule_retired,
    low_low,
    low,
    high,
    high_high,
    dead_band,
    proc_time
  FROM ruled_readings
  WHERE rule_kind = 'limits'
)
WINDOW history AS (
  PARTITION BY rule_id, source, entity, metric
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);
