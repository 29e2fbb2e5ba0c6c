-- Which records could not be read? Every one of them, with the reason: nothing is dropped in silence.
INSERT INTO rejects
SELECT
  reason,
  detail,
  `stream`,
  source,
  DATE_FORMAT(arrival_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  shard_id,
  sequence_number,
  `raw`
FROM rejected_records;
