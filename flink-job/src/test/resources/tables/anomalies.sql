-- What does the job say? One JSON object for each change of state.
CREATE TEMPORARY TABLE anomalies WITH (
  'connector' = 'filesystem',
  'path' = '${out_path}/anomalies',
  'format' = 'json'
) LIKE anomaly_columns;
