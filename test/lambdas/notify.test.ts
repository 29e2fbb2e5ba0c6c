import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { SQSRecord } from 'aws-lambda';
import type { Alert } from '../../contracts/alert.ts';
import { apply } from '../../lambdas/incidents/apply.ts';
import { notify, TooEarly } from '../../lambdas/notify/notify.ts';
import { recordHandler } from '../../lambdas/notify/record.ts';
import { MemoryChannel } from '../../lambdas/ports/channel/memory.ts';
import { MemoryIncidentStore } from '../../lambdas/ports/incident-store/memory.ts';
import { NotAccepted } from '../../lambdas/ports/notifier/port.ts';
import { MemoryOutbox } from '../../lambdas/ports/outbox/memory.ts';
import { channel as settings } from '../../lib/config/channel.ts';
import { sqsRecord } from './events.ts';
import { anomaly, at } from './factories.ts';
import { context, instruments } from './fakes.ts';

/** A topic that keeps what it takes; each fault is thrown once. */
class FakeTopic {
  readonly sent: string[] = [];
  readonly faults: Error[] = [];

  async publish(alert: Alert): Promise<string> {
    const fault = this.faults.shift();
    if (fault !== undefined) throw fault;
    this.sent.push(alert.alert_id);
    return `message-${this.sent.length}`;
  }
}

async function setUp(entities = ['user001']) {
  const outbox = new MemoryOutbox();
  const store = new MemoryIncidentStore(outbox);
  for (const entity of entities) {
    await apply(store, anomaly({ entity }), () => at('03:00:00.000'));
    const worse = anomaly({ entity, kind: 'escalated', severity: 'critical' });
    await apply(store, worse, () => at('03:01:00.000'));
  }
  const notifier = new FakeTopic();
  const tools = instruments();
  const channel = new MemoryChannel();
  const parts = { outbox, notifier, channel, settings, ...tools };
  const run = (records: SQSRecord[]) =>
    processPartialResponse({ Records: records }, recordHandler(parts), new SqsFifoPartialProcessorAsync(), {
      context,
      skipGroupOnError: true,
      throwOnFullBatchFailure: false,
    });
  const alerts = outbox.lines.map(({ request, about }) => alertOf(request, about?.entity ?? ''));
  return { outbox, notifier, parts, run, alerts, ...tools };
}

function alertOf(
  request: Pick<Alert, 'alert_id' | 'incident_id' | 'sequence' | 'kind'>,
  entity: string,
): Alert {
  const { kind } = request;
  const attributes = {
    kind,
    severity: 'warning',
    route: 'page',
    source: 's',
    entity,
    rule_id: 'r',
    owner: 'nobody',
  } as const;
  return { ...request, attributes, subject: 'Subject', body: 'Body' };
}
const messages = (alerts: readonly Alert[]) =>
  alerts.map((alert, index) => sqsRecord(alert, alert.incident_id, `m${index}`));

describe('messages of the notify queue', () => {
  it('are sent once, in order, and noted as sent', async () => {
    const { run, alerts, notifier, outbox, counted } = await setUp();
    await expect(run(messages(alerts))).resolves.toEqual({ batchItemFailures: [] });
    await run(messages(alerts));
    expect(notifier.sent).toEqual(alerts.map((alert) => alert.alert_id));
    expect(outbox.lines.map((line) => line.state)).toEqual(['sent', 'sent']);
    expect(counted).toMatchObject({ MailsSent: 2, MailsSkipped: 2 });
    expect(counted.PutToMailMs).toBeGreaterThan(0);
  });

  it('are sent by one of two functions that got the same', async () => {
    const { run, alerts, notifier } = await setUp();
    const [first] = alerts;
    if (first === undefined) throw new Error('no alert');
    await Promise.all([run(messages([first])), run(messages([first]))]);
    expect(notifier.sent).toEqual([first.alert_id]);
  });

  it('hold back their own incident after a failure, and no other', async () => {
    const { run, alerts, notifier, counted } = await setUp(['user001', 'user002']);
    notifier.faults.push(new NotAccepted('throttled'));
    await expect(run(messages(alerts))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm1' }],
    });
    expect(notifier.sent).toEqual([alerts[2]?.alert_id, alerts[3]?.alert_id]);
    expect(counted).toMatchObject({ MailsFailed: 1, MailsSent: 2 });
    await run(messages(alerts));
    expect(notifier.sent.slice(2)).toEqual([alerts[0]?.alert_id, alerts[1]?.alert_id]);
  });

  it('are held back, which is no failure, while the one before them waits', async () => {
    const { run, alerts, notifier, logger, counted } = await setUp();
    jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
    await expect(run(messages(alerts.slice(1)))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }],
    });
    expect(counted).toEqual({ MailsHeldBack: 1 });
    await run(messages(alerts));
    expect(notifier.sent).toEqual(alerts.map((alert) => alert.alert_id));
  });

  it('that cannot be read come again, and end with the dead letters', async () => {
    const { run, notifier } = await setUp();
    const broken = [sqsRecord('no json', 'g', 'm0'), sqsRecord({ alert_id: 1 }, 'h', 'm1')];
    await expect(run(broken)).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm1' }],
    });
    expect(notifier.sent).toEqual([]);
  });

  it('of a test need no incident', async () => {
    const { run, notifier, outbox } = await setUp([]);
    const test = {
      alert_id: 'T-0A1B2C3D4E.1',
      incident_id: 'T-0A1B2C3D4E',
      sequence: 1,
      kind: 'test' as const,
    };
    await run(messages([alertOf(test, 'tocsin-test-alert')]));
    expect(notifier.sent).toEqual(['T-0A1B2C3D4E.1']);
    expect(outbox.lines).toMatchObject([{ state: 'sent' }]);
  });

  it.each([
    ['unknown', { MailsFailed: 1 }],
    ['sent-unconfirmed', { MailsSent: 1 }],
  ])('with the outcome %s are not tried again, and are reported', async (outcome, metrics) => {
    const { run, alerts, notifier, outbox, counted, errors } = await setUp();
    if (outcome === 'unknown') notifier.faults.push(new Error('socket hang up'));
    else jest.spyOn(outbox, 'confirm').mockRejectedValueOnce(new Error('the table is away'));
    await expect(run(messages(alerts.slice(0, 1)))).resolves.toEqual({ batchItemFailures: [] });
    expect(outbox.lines[0]).toMatchObject({ state: 'claimed' });
    expect(counted).toEqual(metrics);
    expect(errors).toHaveLength(1);
    await run(messages(alerts.slice(0, 1)));
    expect(notifier.sent.length).toBeLessThanOrEqual(1);
  });
});

describe('one alert', () => {
  it('waits for the message before it', async () => {
    const { alerts, parts, notifier } = await setUp();
    const second = alerts[1];
    if (second === undefined) throw new Error('no alert');
    await expect(notify(second, parts, () => at('03:02:00.000'))).rejects.toThrow(TooEarly);
    expect(notifier.sent).toEqual([]);
  });

  it('tells of the record behind it', async () => {
    const { alerts, parts } = await setUp();
    const [first] = alerts;
    if (first === undefined) throw new Error('no alert');
    await expect(notify(first, parts, () => at('03:02:00.000'))).resolves.toEqual({
      action: 'sent',
      message_id: 'message-1',
      caused_at: '2026-03-01T02:58:01.250Z',
    });
  });

  it('is not claimed when the outbox is away, and comes again', async () => {
    const { alerts, parts, outbox, notifier } = await setUp();
    const [first] = alerts;
    if (first === undefined) throw new Error('no alert');
    jest.spyOn(outbox, 'claim').mockRejectedValueOnce(new Error('the table is away'));
    await expect(notify(first, parts, () => at('03:02:00.000'))).rejects.toThrow('the table is away');
    await expect(notify(first, parts, () => at('03:03:00.000'))).resolves.toMatchObject({ action: 'sent' });
    expect(notifier.sent).toHaveLength(1);
  });
});
