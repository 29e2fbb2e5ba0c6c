-- Which records could not be read, and why?
CREATE TEMPORARY TABLE rejects WITH (
  'connector' = 'filesystem',
  'path' = '${out_path}/rejects',
  'format' = 'json'
) LIKE reject_columns;
