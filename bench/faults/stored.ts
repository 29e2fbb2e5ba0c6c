/** What the incidents table holds at the end. */
import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Incident } from '../../contracts/incident.ts';
import { AnalysisItem } from '../../lambdas/ports/analyses/dynamodb.ts';
import type { StoredAnalysis } from '../../lambdas/ports/analyses/port.ts';
import { IncidentItem, OutboxItem } from '../../lambdas/ports/dynamodb/layout.ts';
import type { OutboxLine } from '../../lambdas/ports/outbox/port.ts';
import type { LocalClients } from '../../local/clients.ts';

export interface Stored {
  readonly incidents: Incident[];
  readonly lines: OutboxLine[];
  readonly analyses: StoredAnalysis[];
}

/** All incidents, outbox lines and analyses. */
export async function storedIn(
  { dynamoDb }: Pick<LocalClients, 'dynamoDb'>,
  TableName: string,
): Promise<Stored> {
  const stored: Stored = { incidents: [], lines: [], analyses: [] };
  let from: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await dynamoDb.send(
      new ScanCommand({ TableName, ...(from && { ExclusiveStartKey: from }) }),
    );
    for (const raw of page.Items ?? []) {
      const item = unmarshall(raw);
      if (item.type === 'incident') stored.incidents.push(IncidentItem.parse(item).incident);
      if (item.type === 'outbox') stored.lines.push(OutboxItem.parse(item));
      if (item.type === 'analysis') stored.analyses.push(AnalysisItem.parse(item).analysis);
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return stored;
}
