"""A shard that a split or merge closes stays readable to its end, as on AWS; ministack forgets it with its records.

Its reader is told of the end: the last page has no next iterator and names the children.
"""

import json

from ministack.services import kinesis

_split = kinesis._split_shard
_merge = kinesis._merge_shards
_describe = kinesis._shard_out
_get_records = kinesis._get_records
_ENDS_AT = "ending_sequence_number"


def _closing(change):
    """The change of shards, after which the closed ones are there still."""

    def changed(data):
        stream = kinesis._resolve_stream(data)[1]
        before = dict(stream["shards"]) if stream else {}
        answer = change(data)
        if stream:
            shards = stream["shards"]
            for shard_id, shard in before.items():
                if shard_id not in shards:
                    shard[_ENDS_AT] = kinesis._next_sequence_number()
                    shards[shard_id] = shard
            # New records go to the first shard that fits: the closed ones stand last.
            for shard_id in [each for each, shard in shards.items() if _ENDS_AT in shard]:
                shards[shard_id] = shards.pop(shard_id)
        return answer

    return changed


def _shard_out(shard_id, shard):
    described = _describe(shard_id, shard)
    if _ENDS_AT in shard:
        described["SequenceNumberRange"]["EndingSequenceNumber"] = shard[_ENDS_AT]
    return described


def _get_to_the_end(data):
    state = kinesis._shard_iterators.get(data.get("ShardIterator"))
    status, headers, body = _get_records(data)
    shards = (kinesis._streams.get(state["stream"]) or {}).get("shards", {}) if state else {}
    shard = shards.get(state["shard_id"]) if state else None
    if status != 200 or not shard or _ENDS_AT not in shard:
        return status, headers, body
    page = json.loads(body)
    if kinesis._shard_iterators[page["NextShardIterator"]]["position"] < len(shard["records"]):
        return status, headers, body
    del page["NextShardIterator"]
    page["ChildShards"] = [
        {
            "ShardId": child_id,
            "ParentShards": [state["shard_id"]],
            "HashKeyRange": _describe(child_id, child)["HashKeyRange"],
        }
        for child_id, child in shards.items()
        if state["shard_id"] in (child.get("parent_shard_id"), child.get("adjacent_parent_shard_id"))
    ]
    return status, headers, json.dumps(page).encode()


def install():
    """Puts this in the place of ministack's own."""
    kinesis._split_shard = _closing(_split)
    kinesis._merge_shards = _closing(_merge)
    kinesis._shard_out = _shard_out
    kinesis._get_records = _get_to_the_end
