-- What does each row of a series score? `forest` is the part that the forests have in it.
CREATE TEMPORARY TABLE scores (
  entity STRING,
  `row` STRING,
  score DOUBLE,
  forest DOUBLE
) WITH (
  'connector' = 'filesystem',
  'path' = '${scores_path}',
  'format' = 'json'
);
