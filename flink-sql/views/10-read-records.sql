-- What does each record say? One row for each of its numbers, or one row with a reason why it cannot be read.
-- The runner makes views of this one: for each kind of rule, `limits_rows`, `flat_rows` and so on, one row for each
-- reading and rule of that kind that judges it (`window_rows`: one for readings that were added up); and
-- `rejected_records`.
-- Takes every column as it is: a list of them would copy each text once more.
CREATE TEMPORARY VIEW read_records AS
SELECT *
FROM records
CROSS JOIN LATERAL TABLE(READ_RECORD(records.`data`, records.arrival_time, records.`stream`)) AS reading;
