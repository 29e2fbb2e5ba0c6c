-- What does each record say? One row for each of its numbers, or one row with a reason why it cannot be read.
-- The runner makes two views of this one: `ruled_readings`, one row for each reading and rule that judges it,
-- and `rejected_records`.
CREATE TEMPORARY VIEW read_records AS
SELECT
  records.`stream`,
  records.shard_id,
  records.sequence_number,
  records.arrival_time,
  reading.reason,
  reading.detail,
  reading.`raw`,
  reading.source,
  reading.entity,
  reading.metric,
  reading.`value`,
  reading.event_time,
  reading.out_of_order_ms,
  reading.labels
FROM records
CROSS JOIN LATERAL TABLE(READ_RECORD(records.`data`, records.arrival_time, records.`stream`)) AS reading;
