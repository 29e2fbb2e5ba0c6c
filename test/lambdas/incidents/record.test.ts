import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { KinesisStreamRecord } from 'aws-lambda';
import { HEARTBEAT } from '../../../contracts/heartbeat.ts';
import { apply, Contended, nothingAround } from '../../../lambdas/incidents/apply.ts';
import { fingerprintOf } from '../../../lambdas/incidents/incidents.ts';
import { recordHandler } from '../../../lambdas/incidents/record.ts';
import { MemoryIncidentStore } from '../../../lambdas/ports/incident-store/memory.ts';
import { MemoryOutbox } from '../../../lambdas/ports/outbox/memory.ts';
import { kinesisRecord } from '../events.ts';
import { anomaly, at, cleared } from '../factories.ts';
import { context, instruments } from '../fakes.ts';

function setUp(given: { readonly quietUntilMs?: number } = {}) {
  const outbox = new MemoryOutbox();
  const store = new MemoryIncidentStore(outbox);
  const buried: Record<string, unknown>[] = [];
  const client = new SQSClient({ region: 'us-east-1' });
  const send = jest.spyOn(client, 'send').mockImplementation(async (command) => {
    if (command instanceof SendMessageCommand) buried.push(JSON.parse(command.input.MessageBody ?? ''));
  });
  const tools = instruments();
  const parts = {
    store,
    circumstances: nothingAround,
    deadLetters: { client, queueUrl: 'https://queue' },
    ...tools,
    ...given,
  };
  const run = (records: KinesisStreamRecord[]) =>
    processPartialResponse(
      { Records: records },
      recordHandler(parts),
      new BatchProcessor(EventType.KinesisDataStreams),
      {
        context,
        throwOnFullBatchFailure: false,
      },
    );
  return { outbox, store, buried, send, run, ...tools };
}

const text = (value: unknown) => JSON.stringify(value);

describe('a batch of anomalies', () => {
  it('opens one incident for ten anomalies of one entity, and says it once', async () => {
    const { run, outbox, store, counted, singles } = setUp();
    const raised = anomaly();
    const renewals = Array.from({ length: 9 }, (_, index) =>
      anomaly({ kind: 'renewed', sequence_number: `${raised.sequence_number}${index}` }),
    );
    const records = [raised, ...renewals].map((each, index) => kinesisRecord(text(each), index));
    await expect(run(records)).resolves.toEqual({ batchItemFailures: [] });
    const { open } = await store.recall(fingerprintOf(raised));
    expect(open).toMatchObject({ anomaly_count: 10 });
    expect(outbox.lines.map((line) => line.request.kind)).toEqual(['opened']);
    expect(counted).toEqual({ IncidentsOpened: 1 });
    expect(singles).toHaveLength(10);
  });

  it('opens nothing for what happened while the job only learned, and tells what still lasts', async () => {
    const { run, outbox, counted } = setUp({ quietUntilMs: Date.parse('2026-03-01T03:00:00.000Z') });
    const before = anomaly();
    const last = {
      arrival_time: '2026-03-01T02:50:00.000Z',
      detector: 'missing',
      alarm_type: 'Missing',
    } as const;
    const silent = anomaly({ ...last, event_time: '2026-03-01T02:59:00.000Z', rule_id: 'silent' });
    const stillSilent = { ...silent, kind: 'renewed', event_time: '2026-03-01T03:04:00.000Z' };
    await run([before, silent].map((each, index) => kinesisRecord(text(each), index)));
    expect(outbox.lines).toEqual([]);
    expect(counted).toEqual({ QuietAnomalies: 2 });
    await run([kinesisRecord(text(stillSilent), 3)]);
    expect(outbox.lines.map((line) => line.about?.rule_id)).toEqual(['silent']);
  });

  it('keeps neither an end nor the heartbeat from going through while the job only learns', async () => {
    const quietUntilMs = Date.parse('2026-03-01T03:00:00.000Z');
    const { run, outbox, store, counted } = setUp({ quietUntilMs });
    const opened = anomaly();
    await apply(store, opened, () => at('02:58:02.000'));
    const beat = anomaly({ source: HEARTBEAT, rule_id: HEARTBEAT, entity: 'whole-way', metric: 'beat' });
    await run([cleared(), beat].map((each, index) => kinesisRecord(text(each), index)));
    expect((await store.recall(fingerprintOf(opened))).open).toBeUndefined();
    expect(outbox.lines.map((line) => line.request.kind)).toEqual(['opened', 'resolved', 'heartbeat']);
    expect(counted.QuietAnomalies).toBeUndefined();
  });

  it('counts what comes again as a duplicate', async () => {
    const { run, store, counted, singles } = setUp();
    const raised = anomaly();
    const records = [kinesisRecord(text(raised), 1), kinesisRecord(text(raised), 2)];
    await run(records);
    await run(records);
    expect((await store.recall(fingerprintOf(raised))).open).toMatchObject({ anomaly_count: 1 });
    expect(counted).toEqual({ IncidentsOpened: 1, DuplicateAnomalies: 3 });
    expect(singles).toHaveLength(1);
  });

  it('counts anomalies without a dimension, by severity and by kind', async () => {
    const { run, singles } = setUp();
    await run([kinesisRecord(text(anomaly({ severity: 'critical' })), 1)]);
    expect(singles[0]?.serializeMetrics()).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'AnomalyDetection',
            Dimensions: [[], ['severity'], ['kind']],
            Metrics: [{ Name: 'AnomalyCount', Unit: 'Count' }],
          },
        ],
      },
      severity: 'critical',
      kind: 'raised',
      AnomalyCount: 1,
    });
  });

  it('keeps the order of one fingerprint though the batch runs side by side', async () => {
    const { run, outbox } = setUp();
    const place = (number: number) => ({ sequence_number: String(number) });
    const timeline = [
      anomaly(place(1)),
      cleared(place(2)),
      anomaly(place(3)),
      anomaly({ kind: 'escalated', severity: 'critical', ...place(4) }),
      cleared(place(5)),
    ];
    await run(timeline.map((each, index) => kinesisRecord(text(each), index)));
    expect(outbox.lines.map((line) => line.request.kind)).toEqual([
      'opened',
      'resolved',
      'opened',
      'escalated',
      'resolved',
    ]);
  });

  it.each([
    ['no JSON', 'boom', 'the record is not JSON'],
    [
      'another form',
      text({ ...anomaly(), value: '10' }),
      'value: Invalid input: expected number, received string',
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe]), 'not valid for encoding utf-8'],
  ])(
    'buries a record of %s with its bytes, where it came from and why, and goes on',
    async (_name, data, fault) => {
      const { run, store, buried, counted, errors } = setUp();
      const raised = anomaly();
      const response = await run([kinesisRecord(data, 7), kinesisRecord(text(raised), 8)]);
      expect(response).toEqual({ batchItemFailures: [] });
      expect(buried).toEqual([
        {
          fault: expect.stringContaining(fault),
          stream_arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/anomalies',
          event_id: 'shardId-000000000000:7',
          sequence_number: '7',
          arrival_time: '2026-03-01T02:58:01.250Z',
          data_base64: Buffer.from(data).toString('base64'),
          complete: true,
        },
      ]);
      expect(counted).toMatchObject({ PoisonRecords: 1, IncidentsOpened: 1 });
      expect(errors).toHaveLength(1);
      expect((await store.recall(fingerprintOf(raised))).open).toBeDefined();
    },
  );

  it('says when a buried record was too long for the queue', async () => {
    const { run, buried } = setUp();
    await run([kinesisRecord('x'.repeat(500_000), 1)]);
    expect(buried).toMatchObject([{ complete: false }]);
  });

  it('fails a record that could not even be buried, for its bytes must not be lost', async () => {
    const { run, send } = setUp();
    send.mockImplementation(async () => {
      throw new Error('the queue is away');
    });
    await expect(run([kinesisRecord('boom', 7)])).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: '7' }],
    });
  });

  it('fails what the store refused and what follows it of the same fingerprint, and nothing else', async () => {
    const { run, store, outbox } = setUp();
    const commit = jest.spyOn(store, 'commit').mockRejectedValueOnce(new Error('the table is away'));
    const first = anomaly();
    const second = cleared({ sequence_number: `${first.sequence_number}1` });
    const other = anomaly({ entity: 'user002' });
    const records = [first, second, other].map((each, index) => kinesisRecord(text(each), index));
    await expect(run(records)).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: '0' }, { itemIdentifier: '1' }],
    });
    commit.mockRestore();
    await run(records);
    const kinds = (entity: string) =>
      outbox.lines.filter((line) => line.about?.entity === entity).map((line) => line.request.kind);
    expect(kinds('user001')).toEqual(['opened', 'resolved']);
    expect(kinds('user002')).toEqual(['opened']);
  });
});

describe('an anomaly that meets other writers', () => {
  it('is decided again on what they left', async () => {
    const { store } = setUp();
    const recall = jest.spyOn(store, 'recall');
    const [first, second] = [anomaly(), anomaly({ sequence_number: '9' })];
    const decisions = await Promise.all([
      apply(store, first, () => at('03:00:00.000')),
      apply(store, second, () => at('03:00:00.000')),
    ]);
    expect(decisions.map((decision) => decision.action).sort()).toEqual(['open', 'update']);
    expect(recall).toHaveBeenCalledTimes(3);
  });

  it('remembers a clearing only while nothing is open', async () => {
    const { store } = setUp();
    jest.spyOn(store, 'rememberCleared').mockImplementationOnce(async () => {
      await apply(store, anomaly(), () => at('03:00:00.000'));
      return 'conflict';
    });
    const decision = await apply(store, cleared(), () => at('03:00:01.000'));
    expect(decision).toMatchObject({ action: 'resolve' });
  });

  it('gives up after some attempts, and the batch brings it again', async () => {
    const { store } = setUp();
    jest.spyOn(store, 'commit').mockResolvedValue('conflict');
    await expect(apply(store, anomaly(), () => at('03:00:00.000'))).rejects.toThrow(Contended);
  });
});
