-- Which records could not be read, and why?
CREATE TEMPORARY TABLE rejects WITH (
  'connector' = 'collect',
  'run' = '${run}'
) LIKE reject_columns;
