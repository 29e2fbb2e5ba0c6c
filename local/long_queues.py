"""A queue whose backlog is long is as fast as a short one, nearly; ministack goes through all its messages many times a call.

For each message sent it copies the queue's memory of repetitions, for each one deleted the queue, and for each receive it
gives every message each field that a message may lack.
"""

import time

from ministack.services import sqs

RETENTION_SWEEP_SECONDS = 1.0
_next_retention_sweep = {}
_expire_retained = sqs._expire_retained
_ensure_msg_fields = sqs._ensure_msg_fields


def _prune_dedup(queue):
    """Takes the place of ministack's own: each entry lasts as long, so that the oldest stand first."""
    now = time.time()
    cache = queue["dedup_cache"]
    expired = []
    for key, entry in cache.items():
        if entry["expire"] > now:
            break
        expired.append(key)
    for key in expired:
        del cache[key]


def _ensure_fields_once(message):
    """Ministack's own, for a message that it has not seen: `seq` is the last field that it sets."""
    if "seq" not in message or "sys" not in message or "first_receive_at" not in message:
        _ensure_msg_fields(message)


def _expire_now_and_then(queue):
    """Ministack's own, each second: what a queue keeps it keeps for a minute at least."""
    now = time.monotonic()
    if now >= _next_retention_sweep.get(id(queue), 0.0):
        _next_retention_sweep[id(queue)] = now + RETENTION_SWEEP_SECONDS
        _expire_retained(queue)


def _delete_message_batch(data, queue_url):
    """Takes the place of ministack's own: one pass for all entries."""
    queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:DeleteMessage")
    entries = data.get("Entries", [])
    sqs._validate_batch_entries(entries, "DeleteMessageBatchRequestEntry")
    wanted = {each.get("ReceiptHandle", "") for each in entries}
    found = set()
    kept = []
    for message in queue["messages"]:
        handle = message["receipt_handle"]
        if handle is not None and handle in wanted:
            found.add(handle)
        else:
            kept.append(message)
    queue["messages"] = kept
    successful, failed = [], []
    for each in entries:
        handle, entry_id = each.get("ReceiptHandle", ""), each.get("Id", "")
        if handle in found:
            # A second entry of the same message finds nothing any more.
            found.discard(handle)
            successful.append({"Id": entry_id})
            continue
        failed.append(
            {
                "Id": entry_id,
                "Code": "ReceiptHandleIsInvalid",
                "Message": "The input receipt handle is invalid.",
                "SenderFault": True,
            }
        )
    return {"Successful": successful, "Failed": failed}


def install():
    """Puts this in the place of ministack's own."""
    sqs._prune_dedup = _prune_dedup
    sqs._ensure_msg_fields = _ensure_fields_once
    sqs._expire_retained = _expire_now_and_then
    sqs._HANDLERS["DeleteMessageBatch"] = _delete_message_batch
