-- Where do the anomalies go? Nowhere: what is measured is how fast they are found.
CREATE TEMPORARY TABLE anomalies WITH (
  'connector' = 'blackhole'
) LIKE anomaly_columns;
