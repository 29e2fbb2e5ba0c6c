/** Table, streams, queues and topic of one scenario, as the stacks make them, with waits divided by the scale. */
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { INDEXES } from '../../lib/constructs/table-grants.ts';
import type { LocalClients } from '../../local/clients.ts';

export interface Resources {
  readonly table: string;
  readonly tableStreamArn: string;
  readonly anomalies: string;
  readonly topicArn: string;
  /** Queue URLs by name; those of dead letters end with `-dead`. */
  readonly queues: Readonly<Record<QueueName, string>>;
}

const QUEUES = [
  'requests',
  'alerts',
  'timers',
  'mails',
  'requests-dead',
  'alerts-dead',
  'timers-dead',
  'anomalies-dead',
  'outbox-dead',
] as const;
export type QueueName = (typeof QUEUES)[number];
export const DEAD: readonly QueueName[] = QUEUES.filter((name) => name.endsWith('-dead'));

/** Seconds that a failed message stays hidden, before scaling. */
const VISIBILITY_SECONDS = 180;

export async function createResources(
  clients: LocalClients,
  prefix: string,
  scale: number,
): Promise<Resources> {
  const queues = {} as Record<QueueName, string>;
  // Dead letters first: the others name them.
  for (const name of [...QUEUES].reverse()) queues[name] = await createQueue(clients, prefix, name, scale);
  const table = `${prefix}-incidents`;
  const tableStreamArn = await createTable(clients, table);
  const anomalies = `${prefix}-anomalies`;
  await clients.kinesis.send(new CreateStreamCommand({ StreamName: anomalies, ShardCount: 2 }));
  const { TopicArn: topicArn = '' } = await clients.sns.send(
    new CreateTopicCommand({ Name: `${prefix}-alerts` }),
  );
  await clients.sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: await arnOf(clients, queues.mails),
    }),
  );
  return { table, tableStreamArn, anomalies, topicArn, queues };
}

async function createQueue(
  { sqs }: LocalClients,
  prefix: string,
  name: QueueName,
  scale: number,
): Promise<string> {
  const isFifo = /^(requests|alerts)/.test(name);
  const suffix = isFifo ? '.fifo' : '';
  const hasDead = ['requests', 'alerts', 'timers'].includes(name);
  const dead = `arn:aws:sqs:us-east-1:000000000000:${prefix}-${name}-dead${suffix}`;
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: `${prefix}-${name}${suffix}`,
      Attributes: {
        ...(isFifo && { FifoQueue: 'true' }),
        ...(hasDead && {
          VisibilityTimeout: String(Math.max(2, Math.ceil(VISIBILITY_SECONDS / scale))),
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead, maxReceiveCount: 5 }),
        }),
      },
    }),
  );
  return QueueUrl ?? '';
}

async function arnOf({ sqs }: LocalClients, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return Attributes?.QueueArn ?? '';
}

async function createTable({ dynamoDb }: LocalClients, name: string): Promise<string> {
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  const indexes = Object.values(INDEXES);
  const names = new Set(['pk', 'sk', ...indexes.flatMap(({ partition, sort }) => [partition, sort])]);
  const { TableDescription } = await dynamoDb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      KeySchema: keys('pk', 'sk'),
      AttributeDefinitions: [...names].map((each) => ({ AttributeName: each, AttributeType: 'S' as const })),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index.partition, index.sort),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  );
  return TableDescription?.LatestStreamArn ?? '';
}

/** Messages that wait or are being worked on. */
export async function depthOf({ sqs }: Pick<LocalClients, 'sqs'>, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
}

export async function sendTo(
  { sqs }: Pick<LocalClients, 'sqs'>,
  QueueUrl: string,
  MessageBody: string,
): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}
