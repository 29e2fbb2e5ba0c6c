/** An emulator of this test run, on a port of its own, with the incidents table as the data stack makes it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const MINISTACK = join(__dirname, '..', '..', '.venv', 'bin', 'ministack');

/** False on a machine without the project's Python environment (`npm run setup` makes it). */
export const hasEmulator = existsSync(MINISTACK);

export const TABLE_NAME = 'incidents';

export interface Emulator {
  readonly endpoint: string;
  /** Settings of a client of it, for any service. */
  readonly options: ReturnType<typeof optionsFor>;
  readonly documents: DynamoDBDocumentClient;
  readonly stop: () => void;
}

const optionsFor = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  requestHandler: new NodeHttpHandler(),
  maxAttempts: 1,
});

/** @throws Error when the emulator does not answer in 20 seconds */
export async function startEmulator(): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(MINISTACK, {
    env: {
      ...process.env,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
    },
    stdio: 'ignore',
  });
  const options = optionsFor(endpoint);
  const dynamodb = new DynamoDBClient(options);
  const stop = () => {
    dynamodb.destroy();
    child.kill();
  };
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      await createTable(dynamodb);
      return { endpoint, options, documents: DynamoDBDocumentClient.from(dynamodb), stop };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  stop();
  throw new Error(`the emulator at ${endpoint} did not answer`);
}

async function createTable(client: DynamoDBClient): Promise<void> {
  const indexes = [
    ['by-open', 'open_pk', 'last_seen_at'],
    ['by-unsent', 'unsent_pk', 'created_at'],
    ['by-due', 'due_pk', 'due_at'],
    ['by-list', 'list_pk', 'list_at'],
    ['by-entity', 'entity_pk', 'opened_at'],
  ] as const;
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: TABLE_NAME,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys('pk', 'sk'),
      AttributeDefinitions: ['pk', 'sk', ...indexes.flatMap(([, partition, sort]) => [partition, sort])].map(
        (name) => ({ AttributeName: name, AttributeType: 'S' as const }),
      ),
      GlobalSecondaryIndexes: indexes.map(([name, partition, sort]) => ({
        IndexName: name,
        KeySchema: keys(partition, sort),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
