import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { DynamoDBRecord } from 'aws-lambda';
import type { AlertRequest } from '../../contracts/alert.ts';
import { recordHandler } from '../../lambdas/outbox/record.ts';
import { outboxInsert } from './events.ts';
import { context, FakeQueue, instruments } from './fakes.ts';

const request = (incident: string, sequence: number): AlertRequest => ({
  alert_id: `T-${incident}.${sequence}`,
  incident_id: `T-${incident}`,
  sequence,
  kind: sequence === 1 ? 'opened' : 'resolved',
});

function run(queue: FakeQueue, records: DynamoDBRecord[], timers: [string, number][] = []) {
  const processor = new BatchProcessor(EventType.DynamoDBStreams);
  const handle = recordHandler({
    queue,
    timers: {
      send: async (incidentId, seconds) => {
        timers.push([incidentId, seconds]);
      },
    },
    logger: instruments().logger,
  });
  return processPartialResponse({ Records: records }, handle, processor, {
    context,
    throwOnFullBatchFailure: false,
  });
}

describe('changes of the table', () => {
  it('become messages, in order within their incident, each known by its alert', async () => {
    const queue = new FakeQueue();
    const requests = [request('AAAAAAAAAA', 1), request('BBBBBBBBBB', 1), request('AAAAAAAAAA', 2)];
    await run(
      queue,
      requests.map((each, index) => outboxInsert(each, String(index))),
    );
    const ofA = queue.messages.filter((message) => message.incidentId === 'T-AAAAAAAAAA');
    expect(ofA).toEqual([
      { body: JSON.stringify(requests[0]), incidentId: 'T-AAAAAAAAAA', deduplicationId: 'T-AAAAAAAAAA.1' },
      { body: JSON.stringify(requests[2]), incidentId: 'T-AAAAAAAAAA', deduplicationId: 'T-AAAAAAAAAA.2' },
    ]);
    expect(queue.messages).toHaveLength(3);
  });

  it('hold back what follows a message that was not queued, of the same incident only', async () => {
    const queue = new FakeQueue(1);
    const records = [request('AAAAAAAAAA', 1), request('AAAAAAAAAA', 2), request('BBBBBBBBBB', 1)].map(
      (each, index) => outboxInsert(each, String(index)),
    );
    await expect(run(queue, records)).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: '0' }, { itemIdentifier: '1' }],
    });
    expect(queue.messages.map((message) => message.deduplicationId)).toEqual(['T-BBBBBBBBBB.1']);
  });

  it('are passed over when they are no new outbox lines', async () => {
    const queue = new FakeQueue();
    const line = outboxInsert(request('AAAAAAAAAA', 1), '1');
    const others: DynamoDBRecord[] = [
      { ...line, eventName: 'MODIFY' },
      { ...line, dynamodb: { SequenceNumber: '2', NewImage: { type: { S: 'incident' } } } },
      { eventName: 'REMOVE' },
    ];
    await expect(run(queue, others)).resolves.toEqual({ batchItemFailures: [] });
    expect(queue.messages).toEqual([]);
  });

  it('set a timer for a new time of an incident, where a queue can wait that long', async () => {
    jest.useFakeTimers({
      now: Date.parse('2026-03-01T03:00:00.000Z'),
      doNotFake: ['nextTick', 'setImmediate'],
    });
    const timers: [string, number][] = [];
    const incident = (id: string, timer_at?: string): DynamoDBRecord => ({
      eventName: 'MODIFY',
      dynamodb: {
        SequenceNumber: id,
        NewImage: {
          pk: { S: `INC#${id}` },
          type: { S: 'incident' },
          ...(timer_at !== undefined && { timer_at: { S: timer_at } }),
        },
      },
    });
    await run(
      new FakeQueue(),
      [
        incident('T-SOON', '2026-03-01T03:00:29.001Z'),
        incident('T-PAST', '2026-03-01T02:00:00.000Z'),
        incident('T-LATE', '2026-03-01T06:00:00.000Z'),
        incident('T-SAME'),
      ],
      timers,
    );
    jest.useRealTimers();
    expect(timers).toEqual([
      ['T-SOON', 30],
      ['T-PAST', 0],
    ]);
  });

  it('fail where a line cannot be read', async () => {
    const line = outboxInsert(request('AAAAAAAAAA', 1), '1');
    const broken = { ...line, dynamodb: { SequenceNumber: '1', NewImage: { type: { S: 'outbox' } } } };
    await expect(run(new FakeQueue(), [broken])).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });
  });
});
