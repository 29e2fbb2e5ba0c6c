/** `tocsin incidents results`: the documents of single records. */
import { AnomalyResult } from '../../contracts/anomaly-result.ts';
import { DynamoDbResults } from '../../lambdas/ports/results/dynamodb.ts';
import { instant, oneLine } from '../../lambdas/triage/words.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';

export interface ResultOptions {
  readonly status: string;
  readonly limit?: number;
}

const LIMIT = 50;

/** Newest first. @throws CliError */
export async function listResults(context: CliContext, { status, limit }: ResultOptions): Promise<void> {
  const wanted = AnomalyResult.shape.final_status.safeParse(status);
  if (!wanted.success) throw new CliError(`"${status}" is no status. Choose one: anomaly, normal.`);
  const tableName = await context.output('Data', 'IncidentsTableName');
  const store = new DynamoDbResults({ client: context.clients.documents, tableName });
  const results = await store.list(wanted.data, limit ?? LIMIT);
  context.result(results.map(lineOf).join('\n') || 'There is no such result.', { results });
}

function lineOf({
  timestamp,
  source,
  entity,
  heuristic,
  statistical,
  ml,
  incident_ids,
}: AnomalyResult): string {
  const found = [heuristic, statistical, ml].flatMap((part) =>
    part === null
      ? []
      : Object.entries(part.results).map(
          ([metric, { value, alarm_type }]) => `${oneLine(metric)} ${value} ${alarm_type} (${part.method})`,
        ),
  );
  const what = found.length === 0 ? 'nothing found' : found.join(', ');
  return `${instant(timestamp)}  ${source}  ${oneLine(entity ?? '-')}  ${what}  ${incident_ids.join(' ')}`.trimEnd();
}
