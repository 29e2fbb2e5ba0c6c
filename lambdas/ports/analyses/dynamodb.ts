/** Analyses and the budget in the incidents table; ../dynamodb/layout.ts describes the items. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { jsonText } from '../../parse-env.ts';
import * as layout from '../dynamodb/layout.ts';
import {
  type Analyses,
  type Asking,
  type AskResult,
  type Budget,
  begunBy,
  dayOf,
  type Ending,
  monthOf,
  type Spent,
  StoredAnalysis,
} from './port.ts';

type Items = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** An incident's analysis in the table. */
export const AnalysisItem = z.object({ analysis: jsonText(StoredAnalysis) });
const BudgetItem = z.object({ micro_usd: z.int() });

export interface DynamoDbAnalysesOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly keepDays: number;
  /** From 0 to 1. @default Math.random */
  readonly random?: () => number;
}

/** All calls of a day meet at one item: DynamoDB cancels one of two that do so at once, and it tries again. */
const ATTEMPTS = 7;
const PAUSE_MS = 10;
/** Longer than anybody looks back at what a month cost. */
const KEEP_BUDGET_DAYS = 400;

export class DynamoDbAnalyses implements Analyses {
  readonly #options: DynamoDbAnalysesOptions;

  constructor(options: DynamoDbAnalysesOptions) {
    this.#options = options;
  }

  async ask(asking: Asking, budget: Budget): Promise<AskResult> {
    const { now, micro_usd } = asking;
    for (const period of ['day', 'month'] as const) {
      if (micro_usd <= budget[period]) continue;
      return (await this.#known(asking)) ?? { outcome: 'over-budget', of: period };
    }
    const failed = await this.#write([
      this.#claim(asking),
      this.#spend(layout.budgetKey(dayOf(now)), now, micro_usd, budget.day),
      this.#spend(layout.budgetKey(monthOf(now)), now, micro_usd, budget.month),
    ]);
    if (failed.length === 0) return { outcome: 'asked' };
    if (failed.includes(0)) return (await this.#known(asking)) ?? (await this.ask(asking, budget));
    return { outcome: 'over-budget', of: failed.includes(1) ? 'day' : 'month' };
  }

  async #known({ incident_id }: Asking): Promise<AskResult | undefined> {
    const analysis = await this.find(incident_id);
    return analysis && { outcome: 'known', analysis };
  }

  #claim(asking: Asking): Items[number] {
    const { incident_id, now } = asking;
    const analysis = begunBy(asking);
    return {
      Put: {
        TableName: this.#options.tableName,
        Item: {
          ...layout.analysisKey(incident_id),
          type: 'analysis',
          state: analysis.state,
          analysis: JSON.stringify(analysis),
          expires_at: layout.expiryAfterDays(now, this.#options.keepDays),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
  }

  /** A condition cannot add: what is there already must leave room for it. */
  #spend(
    key: ReturnType<typeof layout.budgetKey>,
    now: Date,
    micro_usd: number,
    budget: number,
  ): Items[number] {
    return {
      Update: {
        TableName: this.#options.tableName,
        Key: key,
        UpdateExpression: 'ADD micro_usd :cost SET #type = :type, expires_at = :expiry',
        ConditionExpression: 'attribute_not_exists(micro_usd) OR micro_usd <= :room',
        ExpressionAttributeNames: { '#type': 'type' },
        ExpressionAttributeValues: {
          ':cost': micro_usd,
          ':room': budget - micro_usd,
          ':type': 'budget',
          ':expiry': layout.expiryAfterDays(now, KEEP_BUDGET_DAYS),
        },
      },
    };
  }

  async end(asking: Asking, { now, late, micro_usd, result }: Ending): Promise<void> {
    const { incident_id, now: askedAt } = asking;
    const state = 'answer' in result ? 'answered' : 'failed';
    const analysis: StoredAnalysis = {
      ...begunBy(asking),
      ...{ micro_usd, late, state },
      ...result,
      ended_at: now.toISOString(),
    };
    const settled: Items[number] = {
      Update: {
        TableName: this.#options.tableName,
        Key: layout.analysisKey(incident_id),
        UpdateExpression: 'SET #state = :state, analysis = :analysis',
        ConditionExpression: '#state = :asked',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':state': state,
          ':analysis': JSON.stringify(analysis),
          ':asked': 'asked',
        },
      },
    };
    const difference = micro_usd - asking.micro_usd;
    // Back to the day and month that it was taken from.
    const back = (key: ReturnType<typeof layout.budgetKey>): Items[number] => ({
      Update: {
        TableName: this.#options.tableName,
        Key: key,
        UpdateExpression: 'ADD micro_usd :difference',
        ExpressionAttributeValues: { ':difference': difference },
      },
    });
    const keys = [dayOf(askedAt), monthOf(askedAt)].map(layout.budgetKey);
    await this.#write([settled, ...(difference === 0 ? [] : keys.map(back))]);
  }

  async find(incidentId: string): Promise<StoredAnalysis | undefined> {
    const item = await this.#get(layout.analysisKey(incidentId));
    return item && AnalysisItem.parse(item).analysis;
  }

  async spent(at: Date): Promise<Spent> {
    const [day, month] = await Promise.all([
      this.#get(layout.budgetKey(dayOf(at))),
      this.#get(layout.budgetKey(monthOf(at))),
    ]);
    const of = (item: unknown) => (item === undefined ? 0 : BudgetItem.parse(item).micro_usd);
    return { day: of(day), month: of(month) };
  }

  async #get(Key: Record<string, string>): Promise<Record<string, unknown> | undefined> {
    const { tableName, client } = this.#options;
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
    return Item;
  }

  /** @returns places of the items whose condition did not hold; none when all was written */
  async #write(items: Items): Promise<readonly number[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.client.send(new TransactWriteCommand({ TransactItems: items }));
        return [];
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
        const failed = codes.flatMap((code, place) => (code === 'ConditionalCheckFailed' ? [place] : []));
        if (failed.length > 0) return failed;
        if (attempt === ATTEMPTS) throw error;
        const { random = Math.random } = this.#options;
        await sleep(PAUSE_MS * 2 ** attempt * (0.5 + random() / 2));
      }
    }
  }
}
