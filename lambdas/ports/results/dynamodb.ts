/** Results in the incidents table; ../dynamodb/layout.ts describes their items. */
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { Anomaly } from '../../../contracts/anomaly.ts';
import type { AnomalyResult } from '../../../contracts/anomaly-result.ts';
import { Instant, Verdict } from '../../../contracts/shared.ts';
import { inParallel } from '../../in-parallel.ts';
import { jsonText } from '../../parse-env.ts';
import { documentOf, type Judged, type Sample } from '../../results/document.ts';
import * as layout from '../dynamodb/layout.ts';
import { newestOf, queryAll } from '../dynamodb/sparse-index.ts';
import type { ResultStore } from './port.ts';

const FindingItem = z.object({
  type: z.literal('finding'),
  anomaly: jsonText(Anomaly),
  incident_id: z.string(),
  processed_at: z.string(),
});
const SampleItem = z.object({
  type: z.literal('sample'),
  sample: jsonText(
    z.object({
      id: z.string(),
      timestamp: z.string(),
      source: z.string(),
      entity: z.nullable(z.string()),
      raw_data: z.record(z.string(), z.unknown()),
    }),
  ),
});
const JudgedItem = z.object({
  type: z.literal('judged'),
  judged: jsonText(z.object({ timestamp: Instant, by: z.string(), verdict: Verdict, text: z.string() })),
});
const Item = z.discriminatedUnion('type', [FindingItem, SampleItem, JudgedItem]);

export interface DynamoDbResultsOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** How long a sample, and what triage made of a record, is kept, in days. @default 30 */
  readonly keepDays?: number;
}

const SIDE_BY_SIDE = 10;

export class DynamoDbResults implements ResultStore {
  readonly #options: DynamoDbResultsOptions;

  constructor(options: DynamoDbResultsOptions) {
    this.#options = options;
  }

  async find(id: string): Promise<AnomalyResult | undefined> {
    const { client, tableName } = this.#options;
    const { pk } = layout.resultKey(id, '');
    const found = await queryAll(client, {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    });
    const items = found.map((item) => Item.parse(item));
    const sample = items.find((item) => item.type === 'sample');
    return documentOf(
      id,
      items.filter((item) => item.type === 'finding'),
      sample?.sample,
      items.find((item) => item.type === 'judged')?.judged,
    );
  }

  async list(status: AnomalyResult['final_status'], limit: number): Promise<readonly AnomalyResult[]> {
    const { client, tableName } = this.#options;
    const items = await newestOf(client, tableName, layout.LIST.results(status), 2 * limit);
    // Several findings of one record are one document, and what was listed as normal may have been found since.
    const ids = [...new Set(items.map(({ pk }) => layout.resultIdIn(String(pk))))];
    const all = await inParallel(ids, SIDE_BY_SIDE, (id) => this.find(id));
    return all.filter((each): each is AnomalyResult => each?.final_status === status).slice(0, limit);
  }

  async keepSample(sample: Sample, now: Date): Promise<void> {
    const { client, tableName, keepDays = 30 } = this.#options;
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: {
          ...layout.resultKey(sample.id, 'sample'),
          type: 'sample',
          sample: JSON.stringify(sample),
          list_pk: layout.partition(layout.LIST.results('normal'), sample.id),
          list_at: sample.timestamp,
          expires_at: layout.expiryAfterDays(now, keepDays),
        },
      }),
    );
  }

  async keepJudged(id: string, judged: Judged): Promise<void> {
    const { client, tableName, keepDays = 30 } = this.#options;
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: {
          ...layout.resultKey(id, 'judged'),
          type: 'judged',
          judged: JSON.stringify(judged),
          expires_at: layout.expiryAfterDays(new Date(judged.timestamp), keepDays),
        },
      }),
    );
  }
}
