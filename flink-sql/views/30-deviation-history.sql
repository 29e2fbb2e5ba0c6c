-- What came before each reading that a deviation rule judges? In the order of arrival, for each rule, entity and
-- metric: the mean and σ of the last ${deviation_rows} readings before this one. Late readings are judged, but are in no baseline.
-- A rule without a multiplier of its own takes that of the stage.
CREATE TEMPORARY VIEW deviation_history AS
SELECT
  *,
  PRECEDING_STATS(CASE WHEN NOT late AND NOT rule_retired THEN `value` END, ${deviation_rows}) OVER history AS baseline,
  MAX(event_time) OVER history AS newest_event_time
FROM (
  SELECT
    rule_id,
    source,
    entity,
    metric,
    `value`,
    CAST(event_time AS TIMESTAMP_LTZ(3)) AS event_time,
    late,
    COALESCE(multiplier, CAST(${anomaly_threshold_multiplier} AS DOUBLE)) AS multiplier,
    rule_retired,
    reading,
    rule,
    proc_time
  FROM ruled_readings
  WHERE rule_kind = 'deviation'
)
WINDOW history AS (
  PARTITION BY rule_id, source, entity, metric
  ORDER BY proc_time
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);
