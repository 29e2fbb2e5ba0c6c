/** What the incidents table holds at the end. */
import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Incident } from '../../contracts/incident.ts';
import { IncidentItem, OutboxItem } from '../../lambdas/ports/dynamodb/layout.ts';
import type { OutboxLine } from '../../lambdas/ports/outbox/port.ts';
import type { LocalClients } from '../../local/clients.ts';

export interface Stored {
  readonly incidents: Incident[];
  readonly lines: OutboxLine[];
}

/** All incidents and outbox lines. */
export async function storedIn(
  { dynamoDb }: Pick<LocalClients, 'dynamoDb'>,
  TableName: string,
): Promise<Stored> {
  const stored: Stored = { incidents: [], lines: [] };
  let from: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await dynamoDb.send(
      new ScanCommand({ TableName, ...(from && { ExclusiveStartKey: from }) }),
    );
    for (const raw of page.Items ?? []) {
      const item = unmarshall(raw);
      if (item.type === 'incident') stored.incidents.push(IncidentItem.parse(item).incident);
      if (item.type === 'outbox') stored.lines.push(OutboxItem.parse(item));
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return stored;
}
