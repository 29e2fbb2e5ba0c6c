/** The incidents table on an emulator, with its indexes, and the stream before the incidents step. */
import { BillingMode, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Anomaly } from '../../contracts/anomaly.ts';
import { fingerprintOf, fold } from '../../lambdas/incidents/incidents.ts';
import * as layout from '../../lambdas/ports/dynamodb/layout.ts';
import { INDEXES } from '../../lib/constructs/table-grants.ts';
import type { LocalClients } from '../../local/clients.ts';

export const TABLE = 'bench-incidents';
export const STREAM = 'bench-anomalies';

/** As `clientOptions` of the functions, but for the endpoint. */
export function documentsAt(endpoint: string): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: new NodeHttpHandler({ httpAgent: { maxSockets: 100 } }),
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

export async function createTable(documents: DynamoDBDocumentClient, name: string): Promise<void> {
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  const indexes = Object.values(INDEXES);
  const names = new Set(['pk', 'sk', ...indexes.flatMap(({ partition, sort }) => [partition, sort])]);
  await documents.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: BillingMode.PAY_PER_REQUEST,
      KeySchema: keys('pk', 'sk'),
      AttributeDefinitions: [...names].map((each) => ({ AttributeName: each, AttributeType: 'S' as const })),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index.partition, index.sort),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  );
}

export async function createStream({ kinesis }: LocalClients): Promise<void> {
  await kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 1 }));
  for (let attempt = 0; attempt < 100; attempt++) {
    const { StreamDescriptionSummary: stream } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: STREAM }),
    );
    if (stream?.StreamStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`stream ${STREAM} did not become active`);
}

const BATCH = 25;
const SIDE_BY_SIDE = 8;

/** Closed incidents as the store leaves them: the incident and its fingerprint. */
export async function fillWithClosed(
  documents: DynamoDBDocumentClient,
  table: string,
  anomalies: Iterable<Anomaly>,
): Promise<void> {
  const now = new Date();
  let batch: Record<string, unknown>[] = [];
  const running = new Set<Promise<unknown>>();
  const flush = async () => {
    const Items = batch.map((Item) => ({ PutRequest: { Item } }));
    batch = [];
    if (Items.length === 0) return;
    const write = documents.send(new BatchWriteCommand({ RequestItems: { [table]: Items } }));
    const done = write.finally(() => running.delete(done));
    running.add(done);
    if (running.size >= SIDE_BY_SIDE) await Promise.race(running);
  };
  for (const anomaly of anomalies) {
    batch.push(...closedItems(anomaly, now));
    if (batch.length + 2 > BATCH) await flush();
  }
  await flush();
  await Promise.all(running);
}

function closedItems(anomaly: Anomaly, now: Date): Record<string, unknown>[] {
  const decision = fold(anomaly, { open: undefined, cleared: undefined }, now);
  if (!('incident' in decision)) throw new Error(decision.reason);
  const resolved_at = now.toISOString();
  const incident = {
    ...decision.incident,
    ...{ status: 'resolved' as const, resolved_at, resolved_by: 'cleared' as const, resolver: 'tocsin' },
  };
  const { incident_id, version, opened_at } = incident;
  return [
    {
      ...layout.incidentKey(incident_id),
      type: 'incident',
      incident: JSON.stringify(incident),
      status: 'resolved',
      version,
      opened_at,
      entity_pk: layout.entityKey(anomaly.source, anomaly.entity),
      list_pk: layout.partition(layout.LIST.resolved('tocsin'), incident_id),
      list_at: resolved_at,
    },
    {
      ...layout.fingerprintKey(fingerprintOf(anomaly)),
      type: 'fingerprint',
      last_id: incident_id,
      cleared: JSON.stringify(anomaly),
    },
  ];
}
