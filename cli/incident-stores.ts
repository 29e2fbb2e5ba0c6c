/** The stage's incidents, through the same stores and the same core as the functions. */
import { userInfo } from 'node:os';
import { DynamoDbAnalyses } from '../lambdas/ports/analyses/dynamodb.ts';
import type { Analyses } from '../lambdas/ports/analyses/port.ts';
import { DynamoDbCircumstances } from '../lambdas/ports/circumstances/dynamodb.ts';
import { DynamoDbIncidentStore } from '../lambdas/ports/incident-store/dynamodb.ts';
import type { CliContext } from './context.ts';

export interface IncidentStores {
  readonly analyses: Analyses;
  readonly store: DynamoDbIncidentStore;
  readonly circumstances: DynamoDbCircumstances;
}

/** @throws CliError when the stage is not deployed */
export async function incidentStores(context: CliContext): Promise<IncidentStores> {
  const { keepDays, noise } = context.settings.incidents;
  const replayHours = context.settings.streamRetentionHours;
  const tableName = await context.output('Data', 'IncidentsTableName');
  const table = { client: context.clients.documents, tableName, keepDays };
  return {
    store: new DynamoDbIncidentStore({ ...table, replayHours }),
    analyses: new DynamoDbAnalyses(table),
    circumstances: new DynamoDbCircumstances({ ...table, settings: noise }),
  };
}

/** Who does it: as named, else who is logged in on this machine. */
export function personOf({ by }: { readonly by?: string }): string {
  return by ?? userInfo().username;
}
