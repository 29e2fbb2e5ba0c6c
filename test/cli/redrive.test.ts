import { GetRecordsCommand, GetShardIteratorCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { deployed, runCli } from './fakes.ts';

const url = (name: string) => `https://queue/${name}-dead`;
const names = ['anomalies', 'outbox', 'sweeps', 'requests', 'alerts'];
const stacks = {
  'Tocsin-dev-Data': { AnomaliesStreamName: 'anomalies-stream' },
  'Tocsin-dev-Pipeline': {
    ...deployed.stacks['Tocsin-dev-Pipeline'],
    TriageQueueUrl: 'https://queue/triage.fifo',
    DeadLetterQueues: names.map((name) => `${name}=${url(name)}`).join(','),
  },
};

/** Queues of dead letters that hide what was received, and a shard of a stream. */
function deadLetters(letters: Readonly<Record<string, readonly string[]>>, shard: readonly string[] = []) {
  const lying = new Map(
    Object.entries(letters).map(([name, bodies]) => [
      url(name),
      bodies.map((body, index) => ({ id: `${name}-${index}`, body, hidden: false })),
    ]),
  );
  const put: { key: string; data: string }[] = [];
  const of = (queue = '') => lying.get(queue) ?? [];
  const answer = (command: unknown): unknown => {
    if (command instanceof GetQueueAttributesCommand) {
      return { Attributes: { ApproximateNumberOfMessages: String(of(command.input.QueueUrl).length) } };
    }
    if (command instanceof ReceiveMessageCommand) {
      const { QueueUrl, MaxNumberOfMessages: max = 1 } = command.input;
      const taken = of(QueueUrl).filter(({ hidden }) => !hidden);
      const received = taken.slice(0, max);
      for (const each of received) each.hidden = true;
      return {
        Messages: received.map(({ id, body }) => ({
          MessageId: id,
          Body: body,
          ReceiptHandle: id,
          Attributes: {
            SentTimestamp: '1767225600000',
            MessageGroupId: 'T-A',
            MessageDeduplicationId: `${id}.1`,
          },
        })),
      };
    }
    if (command instanceof DeleteMessageCommand) {
      const { QueueUrl = '', ReceiptHandle } = command.input;
      lying.set(
        QueueUrl,
        of(QueueUrl).filter(({ id }) => id !== ReceiptHandle),
      );
      return {};
    }
    if (command instanceof ChangeMessageVisibilityCommand) {
      for (const each of of(command.input.QueueUrl)) each.hidden &&= each.id !== command.input.ReceiptHandle;
      return {};
    }
    if (command instanceof GetShardIteratorCommand)
      return { ShardIterator: command.input.StartingSequenceNumber };
    if (command instanceof GetRecordsCommand) {
      const from = Number(command.input.ShardIterator);
      return {
        Records: shard.slice(from, from + 2).map((data, index) => ({
          SequenceNumber: String(from + index),
          PartitionKey: 'pump-7',
          Data: Buffer.from(data),
        })),
        ...(from < shard.length && { NextShardIterator: String(from + 2) }),
      };
    }
    if (command instanceof PutRecordCommand) {
      const { PartitionKey: key = '', Data: data } = command.input;
      put.push({ key, data: Buffer.from(data ?? []).toString('utf8') });
      return { SequenceNumber: '1' };
    }
    return undefined;
  };
  const left = (name: string) =>
    of(url(name))
      .filter(({ hidden }) => !hidden)
      .map(({ body }) => body);
  return { aws: { stacks, answer }, put, left };
}

describe('tocsin redrive', () => {
  it('lists how many letters lie where', async () => {
    const { aws } = deadLetters({ alerts: ['a', 'b'] });
    const { out, code } = await runCli(['redrive', 'list'], aws);
    expect(code).toBe(0);
    expect(out).toMatch(/^anomalies +none\n/);
    expect(out).toMatch(/\nalerts +2\n$/);
  });

  it('shows letters and leaves them where they are, for everybody to see', async () => {
    const { aws, left } = deadLetters({ alerts: ['about T-A', 'about T-B'] });
    const { out } = await runCli(['redrive', 'show', 'alerts', '--match', 'T-B', '--json'], aws);
    expect(JSON.parse(out)).toMatchObject({
      letters: [{ body: 'about T-B', sent_at: '2026-01-01T00:00:00.000Z' }],
    });
    expect(left('alerts')).toEqual(['about T-A', 'about T-B']);
  });

  it('sends an alert to the notify queue again, under an id that is new to it', async () => {
    const { aws, left } = deadLetters({ alerts: ['about T-A', 'about T-B'] });
    const { out, sent } = await runCli(['redrive', 'replay', 'alerts', '--match', 'T-A'], aws);
    expect(sent.messages).toEqual([
      expect.objectContaining({ queue: 'https://queue/notify.fifo', body: 'about T-A', group: 'T-A' }),
    ]);
    expect(sent.messages[0]?.dedup).toMatch(/^alerts-0\.1\.[0-9a-f]{8}$/);
    expect(out).toContain('1 letters of alerts are on their way again');
    expect(left('alerts')).toEqual(['about T-B']);
  });

  it('sends a request to the triage queue again', async () => {
    const { sent } = await runCli(['redrive', 'replay', 'requests'], deadLetters({ requests: ['r'] }).aws);
    expect(sent.messages).toEqual([
      expect.objectContaining({ queue: 'https://queue/triage.fifo', body: 'r' }),
    ]);
  });

  it('puts the bytes of a buried anomaly on the stream again', async () => {
    const buried = {
      sequence_number: '5',
      data_base64: Buffer.from('{}').toString('base64'),
      complete: true,
    };
    const { aws, put, left } = deadLetters({ anomalies: [JSON.stringify(buried)] });
    await runCli(['redrive', 'replay', 'anomalies'], aws);
    expect(put).toEqual([{ key: '5', data: '{}' }]);
    expect(left('anomalies')).toEqual([]);
  });

  it('puts the records that a note tells of on the stream again, from first to last', async () => {
    const info = {
      shardId: 'shardId-000000000000',
      startSequenceNumber: '1',
      endSequenceNumber: '3',
      batchSize: 3,
    };
    const { aws, put } = deadLetters({ anomalies: [JSON.stringify({ KinesisBatchInfo: info })] }, [
      'a',
      'b',
      'c',
      'd',
      'e',
    ]);
    await runCli(['redrive', 'replay', 'anomalies'], aws);
    expect(put.map(({ data }) => data)).toEqual(['b', 'c', 'd']);
    expect(put[0]?.key).toBe('pump-7');
  });

  it('keeps a letter that it cannot send, and says why', async () => {
    const cut = { sequence_number: '5', data_base64: 'e30=', complete: false };
    const { aws, left } = deadLetters({ anomalies: [JSON.stringify(cut), 'torn'], sweeps: ['s'] });
    const { out } = await runCli(['redrive', 'replay', 'anomalies'], aws);
    expect(out).toMatch(/0 letters[\s\S]*only the beginning of the bytes[\s\S]*of no form that is known/);
    expect(left('anomalies')).toHaveLength(2);
    const sweeps = await runCli(['redrive', 'replay', 'sweeps'], aws);
    expect(sweeps.out).toContain('the next minute brought the next sweep');
  });

  it('drops letters for good', async () => {
    const { aws, left } = deadLetters({ sweeps: ['a', 'b', 'c'] });
    await runCli(['redrive', 'drop', 'sweeps', '--max', '2'], aws);
    expect(left('sweeps')).toEqual(['c']);
  });

  it('names the queues there are when asked for another', async () => {
    const { err, code } = await runCli(['redrive', 'show', 'mails'], deadLetters({}).aws);
    expect(code).toBe(1);
    expect(err).toContain(
      'There are no dead letters called "mails". There are: anomalies, outbox, sweeps, requests, alerts.',
    );
  });
});
