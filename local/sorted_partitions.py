"""A query of a large partition costs what its page holds; ministack's sorts and tests the whole partition for each page.

The keys of a large partition, of the table or of an index, are kept sorted from its first query on. A query then runs as it
is, in ministack's own code, on a table that holds the items of its page alone. Only the plainest queries are narrowed so:
one partition key, one sort key, both strings, and conditions as the product writes them. Every other one sees the whole table.

What ministack reads of an expression's text it reads again for each item: that is kept too.
"""

import functools
import re
import threading
from bisect import bisect_left, bisect_right, insort

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb

# Below this ministack's own way is as fast.
SMALLEST = 64
_SORTED = "sorted keys, by index, then by partition"
_query = dynamodb._query
_index_item = dynamodb._index_item
_tokenize = functools.lru_cache(maxsize=1_000)(dynamodb._tokenize)
_lock = threading.Lock()
_narrowed = threading.local()
_CONDITION = re.compile(
    r"\s*(?P<hash>#?\w+)\s*=\s*(?P<partition>:\w+)"
    r"(?:\s+AND\s+(?:(?P<sort>#?\w+)\s*(?:(?P<op><=|>=|<|>|=)\s*(?P<value>:\w+)"
    r"|BETWEEN\s+(?P<low>:\w+)\s+AND\s+(?P<high>:\w+))"
    r"|begins_with\s*\(\s*(?P<begun>#?\w+)\s*,\s*(?P<prefix>:\w+)\s*\)))?\s*"
)


class _Tables(AccountRegionScopedDict):
    """Ministack's tables; while a query is narrowed, its thread sees the narrowed one."""

    __slots__ = ()

    def get(self, key, default=None):
        name, table = getattr(_narrowed, "table", (None, None))
        return table if key == name and table is not None else super().get(key, default)


class _Keys:
    """Names that order a partition of the table or of an index, and how an item's place in it is told."""

    def __init__(self, table, index_name):
        self.index_name = index_name
        index = dynamodb._index_def(table, index_name) if index_name else None
        if index_name and index is None:
            raise _NotPlain
        own = ([table["pk_name"]], [table["sk_name"]] if table["sk_name"] else [])
        self.hashes, self.ranges = dynamodb._index_key_lists(index) if index else own
        if len(self.hashes) != 1 or len(self.ranges) != 1:
            raise _NotPlain
        typed = dynamodb._index_order_keys(table, self.ranges) if index else [(self.ranges[0], "S")]
        names = [name for name, _ in typed]
        if any(dynamodb._get_attr_type(table, name) != "S" for name in [*names, *self.hashes]):
            raise _NotPlain
        self.names = names

    def place(self, item):
        return tuple(item[name]["S"] for name in self.names)

    def of(self, item, table):
        """The item's partition, its place there and its key in the table; None when it is in none."""
        if any("S" not in item.get(name, ()) for name in [*self.hashes, *self.names]):
            return None
        base = (item[table["pk_name"]]["S"], item[table["sk_name"]]["S"])
        return item[self.hashes[0]]["S"], (self.place(item), base)


class _NotPlain(Exception):
    """Not a query that is narrowed."""


def _entries(table, keys, partition):
    """The partition's (place, key of the table), sorted; made at the first query and kept by each write."""
    members = dynamodb._index_members(table)
    _, known = members.setdefault(_SORTED, {}).setdefault(keys.index_name, (keys, {}))
    entries = known.get(partition)
    if entries is None:
        items = table["items"]
        if keys.index_name:
            found = [items[pk][sk] for pk, sk in list(members[keys.index_name].get(partition, ()))]
        else:
            found = list(items.get(partition, {}).values())
        if len(found) < SMALLEST:
            raise _NotPlain
        placed = [keys.of(item, table) for item in found]
        if None in placed:
            raise _NotPlain
        entries = known[partition] = sorted(entry for _, entry in placed)
    if len(entries) < SMALLEST:
        raise _NotPlain
    return entries


def _keep_sorted(table, base_pk, base_sk, item, add):
    """Follows ministack's own note of a write."""
    _index_item(table, base_pk, base_sk, item, add)
    known = (table.get(dynamodb._INDEX_MEMBERS) or {}).get(_SORTED)
    if not known:
        return
    with _lock:
        for keys, partitions in known.values():
            placed = keys.of(item, table)
            entries = partitions.get(placed[0]) if placed else None
            if entries is None:
                continue
            if add:
                insort(entries, placed[1])
                continue
            at = bisect_left(entries, placed[1])
            if at < len(entries) and entries[at] == placed[1]:
                del entries[at]
            else:
                del partitions[placed[0]]


def _text(data, name):
    """The string that a value of the request holds."""
    value = (data.get("ExpressionAttributeValues") or {}).get(name)
    if not isinstance(value, dict) or not isinstance(value.get("S"), str) or not value["S"]:
        raise _NotPlain
    return value["S"]


def _bounds(data, condition, keys):
    """Between which sort keys: the first that belongs to it and the first that does not; None where there is no end."""
    resolved = data.get("ExpressionAttributeNames") or {}

    def is_named(group, name):
        return resolved.get(condition[group], condition[group]) == name

    if not is_named("hash", keys.hashes[0]):
        raise _NotPlain
    if condition["sort"] is None and condition["begun"] is None:
        return "", None
    if not is_named("sort" if condition["sort"] else "begun", keys.ranges[0]):
        raise _NotPlain
    if condition["begun"]:
        prefix = _text(data, condition["prefix"])
        if prefix[-1] == "\U0010ffff":
            raise _NotPlain
        return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
    # The text that follows a text is the text and the lowest character.
    if condition["low"]:
        return _text(data, condition["low"]), _text(data, condition["high"]) + "\0"
    value = _text(data, condition["value"])
    after = value + "\0"
    return {"<": ("", value), "<=": ("", after), ">": (after, None), ">=": (value, None), "=": (value, after)}[
        condition["op"]
    ]


def _page(data, entries, keys, bounds):
    """The entries that the query may look at: from its start on, as many as its limit."""
    low, high = bounds
    first = bisect_left(entries, ((low,),))
    last = len(entries) if high is None else bisect_left(entries, ((high,),))
    is_forward = data.get("ScanIndexForward", True)
    begin = data.get("ExclusiveStartKey")
    if begin is not None:
        if not isinstance(begin, dict) or any("S" not in begin.get(name, ()) for name in keys.names):
            raise _NotPlain
        cursor = keys.place(begin)
        if is_forward:
            first = max(first, bisect_right(entries, cursor, key=lambda entry: entry[0]))
        else:
            last = min(last, bisect_left(entries, cursor, key=lambda entry: entry[0]))
    limit = data.get("Limit")
    if limit is not None:
        if not isinstance(limit, int) or limit < 1:
            raise _NotPlain
        if is_forward:
            last = min(last, first + limit)
        else:
            first = max(first, last - limit)
    return entries[first:last]


def _narrow(data):
    """The name and the narrowed table of a query. @raise _NotPlain"""
    name = dynamodb._normalize_table_name(data.get("TableName"))
    table = AccountRegionScopedDict.get(dynamodb._tables, name)
    condition = _CONDITION.fullmatch(data.get("KeyConditionExpression") or "")
    if table is None or condition is None or data.get("KeyConditions"):
        raise _NotPlain
    keys = _Keys(table, data.get("IndexName"))
    bounds = _bounds(data, condition, keys)
    partition = _text(data, condition["partition"])
    with _lock:
        page = _page(data, _entries(table, keys, partition), keys, bounds)
    items = {}
    for _, (pk, sk) in page:
        items.setdefault(pk, {})[sk] = table["items"][pk][sk]
    members = {keys.index_name: {partition: {key: None for _, key in page}}}
    return name, {**table, "items": items, dynamodb._INDEX_MEMBERS: members}


def query(data):
    """Takes the place of ministack's own: its answer, from less."""
    try:
        _narrowed.table = _narrow(data)
    except (_NotPlain, AttributeError, KeyError, TypeError):
        # What ministack says of a request that is none is its own affair.
        return _query(data)
    try:
        return _query(data)
    finally:
        del _narrowed.table


def install():
    """Puts this in the place of ministack's own."""
    dynamodb._tables.__class__ = _Tables
    dynamodb._query = query
    dynamodb._index_item = _keep_sorted
    dynamodb._tokenize = lambda expression: list(_tokenize(expression))
    dynamodb._condition_syntax_error = functools.lru_cache(maxsize=1_000)(dynamodb._condition_syntax_error)
