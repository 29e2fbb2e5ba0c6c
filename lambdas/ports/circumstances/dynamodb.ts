/** Silences, parents and groups in the incidents table; ../dynamodb/layout.ts describes them. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Incident } from '../../../contracts/incident.ts';
import { Silence } from '../../../contracts/silence.ts';
import { type Circumstances, type Group, groupKeyOf, type Parent } from '../../incidents/hold.ts';
import type { NoiseSettings } from '../../incidents/settings.ts';
import { jsonText } from '../../parse-env.ts';
import * as layout from '../dynamodb/layout.ts';
import { queryAll } from '../dynamodb/sparse-index.ts';
import type { CircumstancesStore } from './port.ts';

const SilenceItem = z.object({
  type: z.literal('silence'),
  silence: jsonText(Silence),
  ended: z.optional(z.string()),
});
const Subject = z.object({
  source: z.string(),
  entity: z.string(),
  metric: z.string(),
  rule: z.string(),
  detector: z.string(),
  severity: z.string(),
  labels: z.record(z.string(), z.string()),
});
const ParentItem = z.object({ type: z.literal('parent'), sk: z.string(), subject: jsonText(Subject) });
const HoldItem = z.discriminatedUnion('type', [SilenceItem, ParentItem]);
const GroupItem = z.object({
  group: jsonText(
    z.object({
      key: z.string(),
      told_at: z.string(),
      is_first: z.boolean(),
      covers: z.array(z.string()),
      alert_id: z.string(),
    }),
  ),
});

export interface DynamoDbCircumstancesOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly settings: NoiseSettings;
  /** How long a silence is kept after its end, in days. @default 30 */
  readonly keepDays?: number;
  /** For how long silences and parents are taken from memory: a batch reads them once. @default 0 ms */
  readonly cacheMs?: number;
}

type Holds = {
  readonly silences: readonly z.infer<typeof SilenceItem>[];
  readonly parents: readonly Parent[];
};

export class DynamoDbCircumstances implements CircumstancesStore {
  readonly #options: DynamoDbCircumstancesOptions;
  #cached: { readonly at: number; readonly holds: Promise<Holds> } | undefined;

  constructor(options: DynamoDbCircumstancesOptions) {
    this.#options = options;
  }

  async around(incident: Pick<Incident, 'latest'>, now: Date): Promise<Circumstances> {
    const { settings } = this.#options;
    const [{ silences, parents }, group] = await Promise.all([
      this.#recentHolds(now),
      this.#group(groupKeyOf(incident, settings)),
    ]);
    const lasting = silences
      .map(({ silence }) => silence)
      .filter(({ ends_at }) => ends_at > now.toISOString());
    return { settings, silences: lasting, parents, group };
  }

  async heldIn(groupKey: string): Promise<readonly string[]> {
    const { pk, sk } = layout.heldKey(groupKey, '');
    const items = await this.#query(pk, sk);
    return items.map((item) => String(item.sk).slice(sk.length));
  }

  async silences(): Promise<readonly Silence[]> {
    const { silences } = await this.#holds();
    return silences.map(({ silence }) => silence).sort((a, b) => b.ends_at.localeCompare(a.ends_at));
  }

  async putSilence(silence: Silence): Promise<void> {
    const { client, tableName, keepDays = 30 } = this.#options;
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: {
          ...layout.silenceKey(silence.silence_id),
          type: 'silence',
          silence: JSON.stringify(silence),
          ends_at: silence.ends_at,
          expires_at: layout.expiryAfterDays(new Date(silence.ends_at), keepDays),
        },
      }),
    );
  }

  async endedSilences(now: Date): Promise<readonly Silence[]> {
    const { silences } = await this.#holds();
    return silences
      .filter(({ silence, ended }) => silence.ends_at <= now.toISOString() && ended !== silence.ends_at)
      .map(({ silence }) => silence);
  }

  async markEnded({ silence_id, ends_at }: Silence): Promise<void> {
    const { client, tableName } = this.#options;
    try {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: layout.silenceKey(silence_id),
          UpdateExpression: 'SET ended = :end',
          // Somebody may have moved its end meanwhile.
          ConditionExpression: 'ends_at = :end',
          ExpressionAttributeValues: { ':end': ends_at },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  #recentHolds(now: Date): Promise<Holds> {
    const { cacheMs = 0 } = this.#options;
    const age = now.getTime() - (this.#cached?.at ?? Number.NEGATIVE_INFINITY);
    if (this.#cached !== undefined && age >= 0 && age < cacheMs) return this.#cached.holds;
    const holds = this.#holds();
    this.#cached = { at: now.getTime(), holds };
    // A failure must not be remembered.
    holds.catch(() => {
      this.#cached = undefined;
    });
    return holds;
  }

  async #holds(): Promise<Holds> {
    const items = (await this.#query('HOLDS', '')).map((item) => HoldItem.parse(item));
    return {
      silences: items.flatMap((item) => (item.type === 'silence' ? [item] : [])),
      parents: items.flatMap((item) =>
        item.type === 'parent'
          ? [{ incident_id: item.sk.slice('parent#'.length), subject: item.subject }]
          : [],
      ),
    };
  }

  async #group(key: string): Promise<Group | undefined> {
    const { client, tableName } = this.#options;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: layout.groupKey(key), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : GroupItem.parse(Item).group;
  }

  #query(pk: string, prefix: string) {
    const { client, tableName } = this.#options;
    const isPart = prefix === '' ? '' : ' AND begins_with(sk, :prefix)';
    return queryAll(client, {
      TableName: tableName,
      KeyConditionExpression: `pk = :pk${isPart}`,
      ExpressionAttributeValues: { ':pk': pk, ...(prefix !== '' && { ':prefix': prefix }) },
      ConsistentRead: true,
    });
  }
}
