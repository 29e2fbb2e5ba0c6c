-- Where do the rejects go? Nowhere.
CREATE TEMPORARY TABLE rejects WITH (
  'connector' = 'blackhole'
) LIKE reject_columns;
