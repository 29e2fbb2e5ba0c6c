"""ministack, with Firehose deliveries as AWS makes them, and with reads of a stream that do not slow down as it grows.

As it comes, ministack calls a delivery's function once a record, inside the PutRecords call that brought the record, and
leaves out the Kinesis metadata. AWS delivers later, in batches, and names shard, sequence number and arrival. This launcher
puts that in its place. It also keeps Kinesis from slowing down as a run goes on: ministack looks through all records of
a stream at each read and put, and through all iterators of five minutes at each call; after two minutes of a few readers
the latter is nine tenths of what it does. Shards that a split closes are kept by closed_shards.py; sorted_partitions.py and
long_queues.py keep DynamoDB and SQS from slowing down as a table and a backlog grow.
"""

import base64
import contextvars
import logging
import sys
import threading
import time

import closed_shards
import long_queues
import sorted_partitions
from ministack.services import firehose, kinesis, lambda_svc

FLUSH_SECONDS = 1.0
BATCH = 300
ITERATOR_SWEEP_SECONDS = 30.0
HANDLER_HAS = threading.local()

_logger = logging.getLogger("firehose-batches")
_lock = threading.Lock()
_buffers = {}
_newest = {}
_execute = lambda_svc._execute_function


def _arrived(stream_arn):
    """Records that came since the last look, in the order of their shards: (shard, record)."""
    stream = next((each for each in kinesis._streams.values() if each["StreamARN"] == stream_arn), None)
    for shard_id, shard in (stream or {"shards": {}})["shards"].items():
        known = _newest.get((stream_arn, shard_id), "")
        fresh = []
        for record in reversed(shard["records"]):
            if _order(record["SequenceNumber"]) <= _order(known):
                break
            fresh.append((shard_id, record))
        if fresh:
            _newest[(stream_arn, shard_id)] = fresh[0][1]["SequenceNumber"]
        yield from reversed(fresh)


def _order(sequence_number):
    return (len(sequence_number), sequence_number)


def ingest_from_kinesis_source(stream_arn, _records):
    """Takes the place of ministack's own: keeps what arrived until the next flush."""
    with _lock:
        arrived = list(_arrived(stream_arn))
        for delivery in list(firehose._streams.values()):
            source = (delivery.get("kinesis_source") or {}).get("KinesisStreamARN")
            if source != stream_arn or delivery.get("status") != "ACTIVE":
                continue
            buffer = _buffers.setdefault(delivery["arn"], (delivery, contextvars.copy_context(), []))
            buffer[2].extend(arrived)


def _execute_with_metadata(function, event, *args, **kwargs):
    """Adds to a delivery's event what AWS tells of each record."""
    metadata = getattr(HANDLER_HAS, "metadata", None)
    if metadata and isinstance(event, dict):
        for record in event.get("records", []):
            known = metadata.get(record.get("recordId"))
            if known:
                record["approximateArrivalTimestamp"] = known["approximateArrivalTimestamp"]
                record["kinesisRecordMetadata"] = known
    return _execute(function, event, *args, **kwargs)


def _deliver(delivery, batch):
    ids, metadata = [], {}
    for shard_id, record in batch:
        record_id = firehose._record_id()
        ids.append((record_id, base64.b64decode(record["Data"])))
        metadata[record_id] = {
            "shardId": shard_id,
            "sequenceNumber": record["SequenceNumber"],
            "partitionKey": record["PartitionKey"],
            # Aggregates are handed over whole: no record is a part of one.
            "subsequenceNumber": "",
            "approximateArrivalTimestamp": int(record["ApproximateArrivalTimestamp"] * 1000),
        }
    HANDLER_HAS.metadata = metadata
    try:
        for destination in delivery.get("destinations", []):
            keys = {}
            rows = firehose._apply_lambda_processors(delivery, destination, ids, partition_sink=keys)
            groups = {}
            for record_id, data in rows:
                partition = keys.get(record_id)
                name = tuple(sorted(partition.items())) if partition else None
                line = data if data.endswith(b"\n") else data + b"\n"
                groups.setdefault(name, (partition, []))[1].append(line)
            for partition, lines in groups.values():
                firehose._deliver_to_s3(delivery, destination, b"".join(lines), partition)
    finally:
        HANDLER_HAS.metadata = None


def _flush_for_ever():
    while True:
        time.sleep(FLUSH_SECONDS)
        with _lock:
            due = list(_buffers.values())
            _buffers.clear()
        for delivery, context, arrived in due:
            for start in range(0, len(arrived), BATCH):
                try:
                    context.run(_deliver, delivery, arrived[start : start + BATCH])
                except Exception:
                    _logger.exception("A delivery of %s failed", delivery.get("name"))


def _expire_records(stream):
    """Takes the place of ministack's own; records stand in the order of their arrival."""
    cutoff = time.time() - stream["RetentionPeriodHours"] * 3600
    for shard in stream["shards"].values():
        records = shard["records"]
        expired = 0
        while expired < len(records) and records[expired]["ApproximateArrivalTimestamp"] < cutoff:
            expired += 1
        if expired:
            shard["records"] = records[expired:]


_expire_all_iterators = kinesis._expire_iterators
_next_sweep = 0.0


def _expire_iterators():
    """Ministack's own, now and then: reading with an old iterator fails anyway."""
    global _next_sweep
    if time.monotonic() >= _next_sweep:
        _next_sweep = time.monotonic() + ITERATOR_SWEEP_SECONDS
        _expire_all_iterators()


if __name__ == "__main__":
    closed_shards.install()
    sorted_partitions.install()
    long_queues.install()
    kinesis._expire_iterators = _expire_iterators
    kinesis._expire_records = _expire_records
    firehose.ingest_from_kinesis_source = ingest_from_kinesis_source
    lambda_svc._execute_function = _execute_with_metadata
    threading.Thread(target=_flush_for_ever, name="firehose-batches", daemon=True).start()
    from ministack.app import main

    sys.exit(main())
