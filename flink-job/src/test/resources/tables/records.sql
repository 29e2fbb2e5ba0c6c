-- Archive rows in the order of arrival, in place of the input streams.
CREATE TEMPORARY TABLE archived (
  `stream` STRING,
  arrival_time TIMESTAMP_LTZ(3),
  shard_id STRING,
  sequence_number STRING,
  `raw` STRING,
  raw_base64 BYTES,
  `data` AS COALESCE(raw_base64, ENCODE(`raw`, 'UTF-8'))
) WITH (
  'connector' = 'filesystem',
  'path' = '${archive_path}',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
CREATE TEMPORARY VIEW records AS
SELECT
  `stream`,
  arrival_time,
  shard_id,
  sequence_number,
  `data`
FROM archived;
