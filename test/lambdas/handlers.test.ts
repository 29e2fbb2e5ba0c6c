/** The handlers as they are deployed, one after another on an emulator: what is between them is done by hand. */
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Alert, AlertRequest } from '../../contracts/alert.ts';
import { incidentIdOf } from '../../lambdas/incidents/incidents.ts';
import { channel } from '../../lib/config/channel.ts';
import { noise } from '../../lib/config/noise.ts';
import { type Emulator, hasEmulator, startEmulator, TABLE_NAME } from '../ports/emulator.ts';
import { kinesisRecord, outboxInsert, sqsRecord } from './events.ts';
import { anomaly } from './factories.ts';
import { context } from './fakes.ts';
import { rule } from './triage/evidence-examples.ts';

const sources = {
  sources: [{ name: 'transactions', match: { fields: ['userId'] }, entity: 'userId', metrics: ['amount'] }],
};

let emulator: Emulator;
let sqs: SQSClient;
const urls: Record<string, string> = {};

async function createQueue(name: string): Promise<void> {
  const Attributes = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  urls[name] = QueueUrl ?? '';
}

/** Takes one message of a queue. */
async function take(name: string): Promise<string> {
  const QueueUrl = urls[name];
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 }));
  const message = Messages?.[0];
  if (message?.Body === undefined) throw new Error(`${name} is empty`);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return message.Body;
}

async function publishConfig(): Promise<void> {
  const s3 = new S3Client({ ...emulator.options, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'config' }));
  const objects = { 'rules.json': { version: 1, rules: [rule] }, 'sources.json': sources };
  for (const [Key, value] of Object.entries(objects)) {
    await s3.send(new PutObjectCommand({ Bucket: 'config', Key, Body: JSON.stringify(value) }));
  }
}

async function createTopic(): Promise<string> {
  const sns = new SNSClient(emulator.options);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: urls.mails, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }));
  return TopicArn ?? '';
}

// Without the project's Python environment there is no emulator: `npm run setup` makes it.
(hasEmulator ? describe : describe.skip)('the handlers', () => {
  beforeAll(async () => {
    emulator = await startEmulator();
    sqs = new SQSClient(emulator.options);
    for (const name of ['triage.fifo', 'notify.fifo', 'dead', 'mails', 'timers']) await createQueue(name);
    await publishConfig();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      POWERTOOLS_TRACE_ENABLED: 'false',
      TABLE_NAME,
      TOPIC_ARN: await createTopic(),
      TRIAGE_QUEUE_URL: urls['triage.fifo'],
      NOTIFY_QUEUE_URL: urls['notify.fifo'],
      DEAD_LETTER_QUEUE_URL: urls.dead,
      TIMER_QUEUE_URL: urls.timers,
      NOISE: JSON.stringify(noise),
      QUIET_UNTIL_MS: '0',
      CHANNEL: JSON.stringify(channel),
      DAILY_HOUR: '7',
      LEASE_MS: '1000',
      SAMPLE_EVERY: '1',
      KEEP_DAYS: '30',
      STREAM_RETENTION_HOURS: '24',
      QUIET_MINUTES: '30',
      TEXT_MODEL: '{"kind":"none"}',
      DEADLINE_MS: '1000',
      LATE_MS: '1000',
      BUDGET: '{"usdPerDay":1,"usdPerMonth":10}',
      STAGE: 'test',
      STREAM: 'readings',
      RULES_URI: 's3://config/rules.json',
      ENTITIES_URI: 's3://config/config/entities.json',
      SOURCES_URI: 's3://config/sources.json',
    });
  }, 30_000);
  afterAll(() => emulator.stop());

  const raised = anomaly();
  const incident_id = incidentIdOf(raised);

  it('fold a batch with a duplicate and a poison record', async () => {
    const { handler } = await import('../../lambdas/incidents/handler.ts');
    const text = JSON.stringify(raised);
    const Records = [kinesisRecord(text, 1), kinesisRecord('boom', 2), kinesisRecord(text, 3)];
    await expect(handler({ Records }, context)).resolves.toEqual({ batchItemFailures: [] });
    expect(JSON.parse(await take('dead'))).toMatchObject({ sequence_number: '2', data_base64: 'Ym9vbQ==' });
  });

  it('queue the outbox line', async () => {
    const { handler } = await import('../../lambdas/outbox/handler.ts');
    const line = { alert_id: `${incident_id}.1`, incident_id, sequence: 1, kind: 'opened' as const };
    const Records = [outboxInsert(line, '1')];
    await expect(handler({ Records }, context)).resolves.toEqual({ batchItemFailures: [] });
  });

  it('word the alert and send it to the topic', async () => {
    const triage = await import('../../lambdas/triage/handler.ts');
    const request = AlertRequest.parse(JSON.parse(await take('triage.fifo')));
    const asked = sqsRecord(request, incident_id, 'm1');
    await expect(triage.handler({ Records: [asked] }, context)).resolves.toEqual({ batchItemFailures: [] });

    const notify = await import('../../lambdas/notify/handler.ts');
    const alert = Alert.parse(JSON.parse(await take('notify.fifo')));
    const worded = sqsRecord(alert, incident_id, 'm2');
    await expect(notify.handler({ Records: [worded] }, context)).resolves.toEqual({ batchItemFailures: [] });
    await notify.handler({ Records: [worded] }, context);

    const mail: unknown = JSON.parse(await take('mails'));
    expect(mail).toMatchObject({ Subject: alert.subject, Message: alert.body });
    expect(alert.body).toContain(rule.description);
    await expect(take('mails')).rejects.toThrow('empty');
  });

  it('look at what is due', async () => {
    const { handler } = await import('../../lambdas/due/handler.ts');
    const timer = sqsRecord({ incident_id }, 'none', 'm3');
    await expect(handler({ Records: [timer] }, context)).resolves.toEqual({ batchItemFailures: [] });
  });

  it('sweep', async () => {
    const { handler } = await import('../../lambdas/sweep/handler.ts');
    await expect(handler()).resolves.toBeUndefined();
  });

  it('look at what is parked, and at the warnings of the day', async () => {
    const { handler } = await import('../../lambdas/digest/handler.ts');
    await expect(handler({ work: 'fold' })).resolves.toBeUndefined();
    await expect(handler({ work: 'daily' })).resolves.toBeUndefined();
    await expect(handler({ work: 'other' })).rejects.toThrow('Invalid option');
  });

  it('archive', async () => {
    const { handler } = await import('../../lambdas/archive/handler.ts');
    const data = Buffer.from('{"userId":"user001"}').toString('base64');
    const record = { recordId: 'r', approximateArrivalTimestamp: 1_772_333_881_250, data };
    const event = { invocationId: 'i', deliveryStreamArn: 'arn', region: 'us-east-1', records: [record] };
    const { records } = await handler(event);
    expect(records).toMatchObject([
      { result: 'Ok', metadata: { partitionKeys: { source: 'transactions', date: '2026-03-01' } } },
    ]);
  });
});
