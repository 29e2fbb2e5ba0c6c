"""Does a narrowed query answer as ministack's own? Random writes and queries, each asked both ways; prints what it saw as JSON."""

import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "local"))
import sorted_partitions
from ministack.services import dynamodb

SEED = int(sys.argv[1])
chance = random.Random(SEED)
WHOLE = dynamodb._query
narrowed = 0


def text(value):
    return {"S": value}


def ok(answer):
    assert answer[0] == 200, answer[2]
    return json.loads(answer[2])


def key(partition, sort):
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def make_table():
    names = ["pk", "sk", "list_pk", "list_at"]
    ok(
        dynamodb._create_table(
            {
                "TableName": "things",
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": key("pk", "sk"),
                "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in names],
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "by-list",
                        "KeySchema": key("list_pk", "list_at"),
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
            }
        )
    )


def own_key():
    return {"pk": text(f"P{chance.randrange(3)}"), "sk": text(f"a#{chance.randrange(400):03d}")}


def write():
    kind = chance.random()
    if kind < 0.2:
        ok(dynamodb._delete_item({"TableName": "things", "Key": own_key()}))
    elif kind < 0.4:
        # Moves an item to another place of the index, or out of it.
        request = {"TableName": "things", "Key": own_key(), "ExpressionAttributeValues": {":n": listed()["list_at"]}}
        change = "SET list_at = :n" if chance.random() < 0.7 else "SET moved_to = :n REMOVE list_pk"
        ok(dynamodb._update_item({**request, "UpdateExpression": change}))
    else:
        item = {**own_key(), "size": text("x" * chance.choice([1, 1, 10_000])), "tag": text(chance.choice("abc"))}
        ok(dynamodb._put_item({"TableName": "things", "Item": {**item, **(listed() if chance.random() < 0.8 else {})}}))


def listed():
    return {"list_pk": text(f"L{chance.randrange(2)}"), "list_at": text(f"t{chance.randrange(60):02d}")}


def condition(sort, values):
    """How the sort key is bound, with what."""
    low, high = sorted(chance.sample(values, 2))
    return chance.choice(
        [
            ("", {}),
            *((f" AND {sort} {op} :low", {":low": text(low)}) for op in ("<", "<=", ">", ">=", "=")),
            (f" AND {sort} BETWEEN :low AND :high", {":low": text(low), ":high": text(high)}),
            (f" AND begins_with({sort}, :low)", {":low": text(low[: chance.randrange(1, len(low))])}),
        ]
    )


def query():
    is_index = chance.random() < 0.5
    values = [f"t{n:02d}" for n in range(60)] if is_index else [f"a#{n:03d}" for n in range(400)]
    bound, given = condition("#sort", values)
    partition = f"L{chance.randrange(3)}" if is_index else f"P{chance.randrange(4)}"
    request = {
        "TableName": "things",
        "KeyConditionExpression": f"#hash = :partition{bound}",
        "ExpressionAttributeNames": {
            "#hash": "list_pk" if is_index else "pk",
            **({"#sort": "list_at" if is_index else "sk"} if bound else {}),
        },
        "ExpressionAttributeValues": {":partition": text(partition), **given},
        "ScanIndexForward": chance.random() < 0.5,
    }
    if is_index:
        request["IndexName"] = "by-list"
    if chance.random() < 0.7:
        request["Limit"] = chance.choice([1, 7, 50, 1_000])
    if chance.random() < 0.3:
        request["FilterExpression"] = "tag = :tag"
        request["ExpressionAttributeValues"][":tag"] = text("a")
    if chance.random() < 0.1:
        request["Select"] = "COUNT"
    return request


def compare(request):
    """Asks both ways, page after page, and how many pages differ."""
    differences = 0
    for _ in range(20):
        whole = WHOLE(json.loads(json.dumps(request)))
        mine = sorted_partitions.query(json.loads(json.dumps(request)))
        differences += whole != mine
        after = json.loads(whole[2]).get("LastEvaluatedKey")
        if after is None:
            break
        request["ExclusiveStartKey"] = after
    return differences


def counting(narrow):
    def counted(data):
        global narrowed
        found = narrow(data)
        narrowed += 1
        return found

    return counted


make_table()
sorted_partitions.install()
sorted_partitions._narrow = counting(sorted_partitions._narrow)
for _ in range(1_500):
    write()
differences = 0
for _ in range(200):
    for _ in range(5):
        write()
    differences += compare(query())
# What is no query is refused in the same words.
wrong = [
    {"TableName": "things", "KeyConditionExpression": "pk = :p"},
    {"TableName": "none", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": text("P0")}},
    {"TableName": "things", "KeyConditionExpression": "sk = :p", "ExpressionAttributeValues": {":p": text("P0")}},
    {"TableName": "things", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"N": "1"}}},
    {
        "TableName": "things",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": text("P0")},
        "Limit": 0,
    },
    {
        "TableName": "things",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": text("P0")},
        "ExclusiveStartKey": {"pk": text("P0")},
    },
]
differences += sum(WHOLE(dict(each)) != sorted_partitions.query(dict(each)) for each in wrong)
print(json.dumps({"narrowed": narrowed, "differences": differences}))
