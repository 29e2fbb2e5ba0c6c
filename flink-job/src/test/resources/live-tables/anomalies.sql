-- What does the job say? One JSON object for each change of state.
-- Gathered in memory, so that a test sees each row as soon as it is said.
CREATE TEMPORARY TABLE anomalies WITH (
  'connector' = 'collect',
  'run' = '${run}'
) LIKE anomaly_columns;
