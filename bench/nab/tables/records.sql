-- Which readings are scored? Recorded series from files, one file and one shard each, in the order of their rows.
CREATE TEMPORARY TABLE recorded (
  arrival_time TIMESTAMP_LTZ(3),
  shard_id STRING,
  sequence_number STRING,
  `raw` STRING,
  `data` AS ENCODE(`raw`, 'UTF-8')
) WITH (
  'connector' = 'filesystem',
  'path' = '${recorded_path}',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
CREATE TEMPORARY VIEW records AS
SELECT
  *,
  'recorded' AS `stream`
FROM recorded;
