-- Which rows of the series could not be read? The bench stops when there is one.
CREATE TEMPORARY TABLE rejects WITH (
  'connector' = 'filesystem',
  'path' = '${rejects_path}',
  'format' = 'json'
) LIKE reject_columns;
