"""What an SQS queue answers to random calls, as JSON: `SEED theirs` by ministack as it is, `SEED ours` by long_queues.py."""

import asyncio
import json
import pathlib
import random
import sys
import types

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "local"))
import long_queues
from ministack.services import sqs

chance = random.Random(int(sys.argv[1]))
clock = types.SimpleNamespace(now=1_000_000.0)
fake_time = types.SimpleNamespace(time=lambda: clock.now, monotonic=lambda: clock.now)
ids = iter(range(10**9))
sqs.time = long_queues.time = fake_time
sqs.new_uuid = lambda: f"id-{next(ids)}"
if sys.argv[2] == "ours":
    long_queues.install()

transcript = []


def call(action, **request):
    try:
        answer = sqs._HANDLERS[action](request, request.get("QueueUrl", ""))
        answer = asyncio.run(answer) if asyncio.iscoroutine(answer) else answer
    except sqs._Err as error:
        answer = {"error": error.code}
    transcript.append([action, answer])
    return answer


def queue(name, **attributes):
    return call("CreateQueue", QueueName=name, Attributes=attributes)["QueueUrl"]


dead = [queue("dead"), queue("dead.fifo")]
redrive = {"maxReceiveCount": 3}
urls = [
    queue(
        name,
        VisibilityTimeout="5",
        MessageRetentionPeriod="600",
        RedrivePolicy=json.dumps({**redrive, "deadLetterTargetArn": f"arn:aws:sqs:us-east-1:000000000000:dead{suffix}"}),
    )
    for name, suffix in (("plain", ""), ("ordered.fifo", ".fifo"))
]
handles = {url: [] for url in urls}


def send(url):
    is_fifo = url.endswith(".fifo")
    # As SNS brings it: without most of the fields.
    if chance.random() < 0.1:
        bare = {"id": sqs.new_uuid(), "body": "bare", "sent_at": clock.now, "visible_at": clock.now}
        bare.update({"receive_count": 0, "receipt_handle": None, **({"group_id": "g1"} if is_fifo else {})})
        sqs._get_q(url)["messages"].append(bare)
        return
    grouped = {"MessageGroupId": f"g{chance.randrange(5)}", "MessageDeduplicationId": f"d{chance.randrange(200)}"}
    call("SendMessage", QueueUrl=url, MessageBody=f"body {chance.randrange(99)}", **(grouped if is_fifo else {}))


def receive(url):
    answer = call("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=chance.randint(1, 10), AttributeNames=["All"])
    handles[url] += [each["ReceiptHandle"] for each in answer.get("Messages", [])]


def delete(url):
    known = handles[url]
    chosen = chance.sample(known, min(len(known), chance.randint(1, 5))) + chance.choice([[], ["none"]])
    if chance.random() < 0.1:
        chosen += chosen[:1]
    entries = [{"Id": str(place), "ReceiptHandle": handle} for place, handle in enumerate(chosen)]
    call("DeleteMessageBatch", QueueUrl=url, Entries=entries)


for _ in range(3_000):
    url = chance.choice(urls)
    chance.choices([send, receive, delete], [5, 3, 2])[0](url)
    # Long pauses, so that some outlive their retention.
    clock.now += chance.choice([0, 0, 0.2, 2, 120 if chance.random() < 0.02 else 0])
for url in [*urls, *dead]:
    clock.now += 2
    call("GetQueueAttributes", QueueUrl=url)
print(json.dumps(transcript))
